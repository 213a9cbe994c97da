import type { ClientBase } from 'pg';

const ANSWER_MS = 5_000;

/**
 * Sets parameters of PostgreSQL on each new connection of a pool. A pooler refuses most of them where they come with the start
 * of a connection.
 *
 * @param settings by name, in the units of PostgreSQL
 * @example `new Pool({ ...withSessionSettings({ statement_timeout: '2s' }) })`
 */
export function withSessionSettings(settings: Record<string, string>): {
  onConnect: (client: ClientBase) => Promise<void>;
} {
  const entries = Object.entries(settings);
  const calls = entries.map((_, index) => `set_config($${2 * index + 1}, $${2 * index + 2}, false)`);
  const query = { text: `SELECT ${calls.join(', ')}`, values: entries.flat(), query_timeout: ANSWER_MS };
  return {
    onConnect: async (client) => {
      await client.query(query);
    },
  };
}
