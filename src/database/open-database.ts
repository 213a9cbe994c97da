import type { Settings } from '../config/settings.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import type { DatabaseUrls } from './service-role.js';

/** Represents a reachable PostgreSQL, which is released at the end of the process. */
export interface OpenDatabase extends DatabaseUrls {
  embedded: boolean;
  close(): Promise<void>;
}

/** Opens the server that DATABASE_URL names, or starts an embedded one below DATA_DIR. */
export async function openDatabase(settings: Settings): Promise<OpenDatabase> {
  const { databaseUrl: url, migrationDatabaseUrl: ownerUrl = url } = settings;
  if (url && ownerUrl) return { url, ownerUrl, embedded: false, close: async () => {} };
  const server = await EmbeddedPostgres.start(settings.dataDir, connectionsFor(settings.workers.count));
  return { ...withoutAdmin(server.urls), embedded: true, close: () => server.stop() };
}

/** Opens the database like {@link openDatabase}, but a command may share the embedded server of a running service. */
export async function joinDatabase(settings: Settings): Promise<OpenDatabase> {
  const running = settings.databaseUrl ? undefined : await EmbeddedPostgres.urlsOfRunning(settings.dataDir);
  if (!running) return openDatabase(settings);
  return { ...withoutAdmin(running), embedded: true, close: async () => {} };
}

/** Removes the superuser's URL, because the service never connects as the superuser. */
const withoutAdmin = ({ url, ownerUrl }: DatabaseUrls): DatabaseUrls => ({ url, ownerUrl });

/** Room for the pool of each worker, the connections that it has besides, and commands. PostgreSQL's own default is 100. */
const connectionsFor = (workers: number): string[] =>
  workers === 1 ? [] : [`max_connections=${Math.max(100, 20 + 24 * workers)}`];
