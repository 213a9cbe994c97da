/** `current` are those that were not retired: they work, or something has stopped them. */
export const AGENT_STATES = ['current', 'working', 'stopped', 'retired'] as const;
export type AgentState = (typeof AGENT_STATES)[number];

const WORKS = `NOT EXISTS (
  SELECT FROM agent_chain(a.id) c WHERE c.retired_at IS NOT NULL OR c.ends_at <= now() OR NOT c.is_active
)`;

/** Is the SQL of whether the agent `a` is in a state, which a parameter names; of any state where that is null. */
export const IN_STATE = (state: string): string => `
  CASE ${state}::text
    WHEN 'retired' THEN a.retired_at IS NOT NULL
    WHEN 'current' THEN a.retired_at IS NULL
    WHEN 'working' THEN ${WORKS}
    WHEN 'stopped' THEN a.retired_at IS NULL AND NOT ${WORKS}
    ELSE true
  END`;

/** Is the SQL of whether the agent `a` was not retired and not used for so many days, or never and is that old. */
export const UNUSED_FOR = (days: string): string => `
  (${days}::int IS NULL OR (a.retired_at IS NULL AND now() - make_interval(days => ${days}) > coalesce(greatest(
    (SELECT max(last_used_at) FROM api_keys WHERE user_id = a.id),
    (SELECT occurred_at FROM audit_events WHERE user_id = a.id ORDER BY id DESC LIMIT 1)
  ), a.created_at)))`;
