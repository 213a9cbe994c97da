import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The folder of Bouncer's own migrations. */
const FOLDER = fileURLToPath(new URL('./migrations/', import.meta.url));
const MIGRATION = /^\d{13}-[a-z0-9-]+\.(ts|js)$/;
/** Matches the files that a build adds beside the compiled ones. */
const BUILD_EXTRAS = /\.(d\.ts|map)$/;

/** Loads the migration classes of a folder, oldest first. */
export async function loadMigrations(folder: string = FOLDER): Promise<Function[]> {
  const files = readdirSync(folder)
    .filter((name) => MIGRATION.test(name))
    .sort();
  const modules = await Promise.all(
    files.map((name) => import(pathToFileURL(join(folder, name)).href) as Promise<Record<string, Function>>),
  );
  return modules.flatMap((module) => Object.values(module));
}

/** Names the folders of a project's migrations: the compiled ones, and their source. */
export interface MigrationFolders {
  readonly compiled: string;
  readonly source: string;
}

/**
 * Loads the migration classes of a project. @throws Error when they are not compiled, or when a file has a name that
 * is never loaded
 */
export async function loadProjectMigrations({
  compiled: folder,
  source,
}: MigrationFolders): Promise<Function[]> {
  // The project has no migrations yet.
  if (!existsSync(folder) && !existsSync(source)) return [];
  const misnamed = filesIn(folder).filter((name) => !MIGRATION.test(name) && !BUILD_EXTRAS.test(name));
  if (misnamed.length === 0) return loadMigrations(folder);
  throw new Error(
    `${folder}: ${misnamed.join(', ')} would never run. Name a migration such as 1795000000000-invoices.js`,
  );
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(
      `The folder of the migrations, ${folder}, cannot be read (${code}). Build the project first: npm run build`,
      {
        cause,
      },
    );
  }
}
