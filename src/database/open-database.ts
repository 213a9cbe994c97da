import type { Settings } from '../config/settings.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';

/** A reachable PostgreSQL, and what to do when the process is done with it. */
export interface OpenDatabase {
  url: string;
  embedded: boolean;
  close(): Promise<void>;
}

/** The server that DATABASE_URL names, or an embedded one below DATA_DIR, started for this process. */
export async function openDatabase({ databaseUrl, dataDir }: Settings): Promise<OpenDatabase> {
  if (databaseUrl) return { url: databaseUrl, embedded: false, close: async () => {} };
  const server = await EmbeddedPostgres.start(dataDir);
  return { url: server.url, embedded: true, close: () => server.stop() };
}

/** As {@link openDatabase}, but joins the embedded server of a running service instead of refusing: for commands. */
export async function joinDatabase(settings: Settings): Promise<OpenDatabase> {
  const running = settings.databaseUrl ? undefined : await EmbeddedPostgres.urlOfRunning(settings.dataDir);
  return running ? { url: running, embedded: true, close: async () => {} } : openDatabase(settings);
}
