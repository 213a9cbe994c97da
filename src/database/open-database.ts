import type { Settings } from '../config/settings.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import type { DatabaseUrls } from './service-role.js';

/** A reachable PostgreSQL, and what to do when the process is done with it. */
export interface OpenDatabase extends DatabaseUrls {
  embedded: boolean;
  close(): Promise<void>;
}

/** The server that DATABASE_URL names, or an embedded one below DATA_DIR, started for this process. */
export async function openDatabase(settings: Settings): Promise<OpenDatabase> {
  const { databaseUrl: url, migrationDatabaseUrl: ownerUrl = url } = settings;
  if (url && ownerUrl) return { url, ownerUrl, embedded: false, close: async () => {} };
  const server = await EmbeddedPostgres.start(settings.dataDir);
  return { ...withoutAdmin(server.urls), embedded: true, close: () => server.stop() };
}

/** As {@link openDatabase}, but joins the embedded server of a running service instead of refusing: for commands. */
export async function joinDatabase(settings: Settings): Promise<OpenDatabase> {
  const running = settings.databaseUrl ? undefined : await EmbeddedPostgres.urlsOfRunning(settings.dataDir);
  if (!running) return openDatabase(settings);
  return { ...withoutAdmin(running), embedded: true, close: async () => {} };
}

/** Nothing of the service connects as the superuser. */
const withoutAdmin = ({ url, ownerUrl }: DatabaseUrls): DatabaseUrls => ({ url, ownerUrl });
