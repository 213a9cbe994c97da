import { Client } from 'pg';

const ANSWER_MS = 10_000;

const BACKEND = 'SELECT pg_backend_pid() AS pid';

/**
 * Refuses a pooler in transaction mode, which gives each transaction another session of PostgreSQL: locks, notifications and
 * prepared statements belong to a session.
 * @throws Error where the pooler does so, or where PostgreSQL does not answer
 */
export async function assertSessionMode(url: string): Promise<void> {
  const connections = [1, 2].map(
    () => new Client({ connectionString: url, connectionTimeoutMillis: ANSWER_MS, query_timeout: ANSWER_MS }),
  ) as [Client, Client];
  const [one, other] = connections;
  // Without a listener, a connection that is lost meanwhile would be an uncaught error. Its query is rejected too.
  for (const connection of connections) connection.on('error', () => undefined);
  try {
    await one.connect();
    const before = await backendOf(one);
    await other.connect();
    // The transaction takes the session that the first connection has given back, where it had to give it back.
    await other.query('BEGIN');
    const others = await backendOf(other);
    if (others === before || (await backendOf(one)) !== before)
      throw new Error(
        'DATABASE_URL reaches PostgreSQL through a pooler in transaction mode. Use one in session mode (pool_mode = session), or none',
      );
  } finally {
    await Promise.allSettled(connections.map((connection) => connection.end()));
  }
}

async function backendOf(connection: Client): Promise<number> {
  const { rows } = await connection.query<{ pid: number }>(BACKEND);
  return rows[0]!.pid;
}
