import { Client } from 'pg';
import type { DataSource } from 'typeorm';

const ANSWER_MS = 5_000;

interface DedicatedOptions {
  /** The name of the session in `pg_stat_activity`. */
  name?: string;
  /** How long PostgreSQL may take to connect, and for each answer. */
  answerMs?: number;
  /** Is called when the connection ends or fails, perhaps more than once. */
  onLost: (client: Client) => void;
}

/** Returns the URL that the pool of the service connects to, for connections outside it. */
export const urlOf = ({ options }: DataSource): string | undefined => (options as { url?: string }).url;

/**
 * Makes a connection outside the pool, for what belongs to a session: notifications and advisory locks. It is not
 * open yet.
 */
export function dedicatedClient(
  dataSource: DataSource,
  { name, answerMs = ANSWER_MS, onLost }: DedicatedOptions,
): Client {
  const client = new Client({
    connectionString: urlOf(dataSource),
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    ...(name !== undefined && { application_name: name }),
  });
  client.on('error', () => onLost(client));
  client.on('end', () => onLost(client));
  return client;
}

/**
 * Opens a dedicated connection. `connect()` of `pg` never settles when `end()` is called before the connection is open, so
 * a service that stops while PostgreSQL comes back would wait for it forever.
 * @throws Error also where the connection is ended meanwhile
 */
export async function openClient(client: Client): Promise<void> {
  const ended = new Promise<never>((_, reject) => {
    client.once('end', () => reject(new Error('The connection was ended before it was open')));
  });
  await Promise.race([client.connect(), ended]);
}

/**
 * Checks at intervals whether a connection still works, because a network can drop one without telling either side.
 */
export class ConnectionProbe {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly everyMs: number) {}

  /** Watches one connection instead of the previous one. @param onLost is called once, when it does not answer */
  watch(ask: () => Promise<unknown>, onLost: () => void): void {
    clearTimeout(this.timer);
    const timer = setTimeout(() => {
      ask().then(
        // The probe may have been stopped, or watch another connection, meanwhile.
        () => this.timer === timer && this.watch(ask, onLost),
        onLost,
      );
    }, this.everyMs).unref();
    this.timer = timer;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
