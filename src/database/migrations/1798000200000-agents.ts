import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Agents: service accounts that own keys and documents, and are owned by a person, a team or another agent. */
export class Agents1798000200000 implements MigrationInterface {
  readonly name = 'Agents1798000200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE agents (
        id uuid CONSTRAINT agents_pkey PRIMARY KEY
          CONSTRAINT agents_principal_fkey REFERENCES users (id) ON DELETE RESTRICT,
        organization_id uuid NOT NULL
          CONSTRAINT agents_organization_fkey REFERENCES organizations (id) ON DELETE RESTRICT,
        owner_id uuid NOT NULL CONSTRAINT agents_owner_fkey REFERENCES users (id) ON DELETE RESTRICT,
        scopes text[] NOT NULL,
        ends_at timestamptz(3),
        retired_at timestamptz(3),
        created_by uuid NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT agents_owner_check CHECK (owner_id <> id)
      )`);
    await db.query('CREATE INDEX agents_owner ON agents (owner_id)');
    await db.query('CREATE INDEX agents_organization ON agents (organization_id, id)');
    await db.query(`
      CREATE CONSTRAINT TRIGGER agents_changed AFTER UPDATE ON agents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION coherence_record_change('user', 'id')`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER agents_deleted AFTER DELETE ON agents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      EXECUTE FUNCTION coherence_record_change('user', 'id')`);
    await db.query(AGENT_CHAIN);
    await db.query(IS_MANAGED_BY);
    await db.query(ANSWERABLE_FOR);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION answerable_for(uuid)');
    await db.query('DROP FUNCTION is_managed_by(uuid, uuid)');
    await db.query('DROP FUNCTION agent_chain(uuid)');
    await db.query('DROP TABLE agents');
  }
}

/**
 * Returns an agent, the agents above it, and the person or the team that owns the highest one. The depth is bounded, so that
 * it ends even where owners were made a circle by hand.
 */
const AGENT_CHAIN = `
  CREATE FUNCTION agent_chain(of_agent uuid)
  RETURNS TABLE (
    depth integer, id uuid, kind text, scopes text[], ends_at timestamptz, retired_at timestamptz, is_active boolean
  )
  LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE agents_above AS (
      SELECT 0 AS depth, a.* FROM public.agents a WHERE a.id = of_agent
      UNION ALL
      SELECT b.depth + 1, a.* FROM agents_above b JOIN public.agents a ON a.id = b.owner_id WHERE b.depth < 15
    ), chain AS (
      SELECT b.depth, b.id, b.organization_id, b.scopes, b.ends_at, b.retired_at FROM agents_above b
      UNION ALL
      (SELECT b.depth + 1, b.owner_id, b.organization_id, NULL, NULL, NULL
       FROM agents_above b ORDER BY b.depth DESC LIMIT 1)
    )
    SELECT c.depth, c.id, u.kind, c.scopes, c.ends_at, c.retired_at,
           u.is_active AND coalesce(m.is_active, u.kind = 'team')
    FROM chain c
    JOIN public.users u ON u.id = c.id
    LEFT JOIN public.memberships m ON m.organization_id = c.organization_id AND m.user_id = c.id
    ORDER BY c.depth
  $$`;

/** Returns whether a principal is the person, a team that the person maintains, or an agent of either. */
const IS_MANAGED_BY = `
  CREATE FUNCTION is_managed_by(principal uuid, person uuid) RETURNS boolean
  LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
      SELECT FROM (
        SELECT principal AS id UNION ALL (SELECT c.id FROM public.agent_chain(principal) c ORDER BY c.depth DESC LIMIT 1)
      ) AS held
      WHERE held.id = person OR EXISTS (
        SELECT FROM public.team_members t WHERE t.team_id = held.id AND t.user_id = person AND t.role = 'maintainer'
      )
    )
  $$`;

/** Returns the people whom mails about a principal go to: the person, or the maintainers of the team, at the end. */
const ANSWERABLE_FOR = `
  CREATE FUNCTION answerable_for(principal uuid) RETURNS TABLE (email text, name text)
  LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    WITH held AS (
      SELECT coalesce(
        (SELECT c.id FROM public.agent_chain(principal) c ORDER BY c.depth DESC LIMIT 1), principal
      ) AS id
    )
    SELECT u.email, u.name FROM public.users u
    WHERE u.kind = 'person' AND u.is_active AND (
      u.id = (SELECT h.id FROM held h) OR u.id IN (
        SELECT t.user_id FROM public.team_members t JOIN held h ON h.id = t.team_id WHERE t.role = 'maintainer'
      )
    )
    ORDER BY u.id LIMIT 100
  $$`;
