import { Client } from 'pg';
import type { DataSource } from 'typeorm';

const ANSWER_MS = 5_000;

interface DedicatedOptions {
  /** How the session is named in `pg_stat_activity`. */
  name?: string;
  /** Called when the connection ends or fails, perhaps more than once. */
  onLost: (client: Client) => void;
}

/** Makes a connection beside the pool, for what belongs to a session: notifications and advisory locks. It is not open yet. */
export function dedicatedClient(dataSource: DataSource, { name, onLost }: DedicatedOptions): Client {
  const client = new Client({
    connectionString: (dataSource.options as { url?: string }).url,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    ...(name !== undefined && { application_name: name }),
  });
  client.on('error', () => onLost(client));
  client.on('end', () => onLost(client));
  return client;
}

/** Asks a connection at intervals whether it still works: a network can drop one without telling either side. */
export class ConnectionProbe {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly everyMs: number) {}

  /** Watches one connection, in place of the one before. @param onLost called once, when it does not answer */
  watch(ask: () => Promise<unknown>, onLost: () => void): void {
    clearTimeout(this.timer);
    const timer = setTimeout(() => {
      ask().then(
        // Not where it was stopped, or watches another connection, meanwhile.
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
