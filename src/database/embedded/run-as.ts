import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Identifies the account of the server, because PostgreSQL refuses to run as root. It is empty for this process's
 * own.
 */
export interface Account {
  uid?: number;
  gid?: number;
}

/**
 * Chooses `postgres` for root, creating that system user if it does not exist, and otherwise this process's own
 * account.
 */
export async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const known = await accountOf('postgres');
  if (known) return known;
  await run('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ]);
  const made = await accountOf('postgres');
  if (!made)
    throw new Error(
      'The system user "postgres", which the embedded PostgreSQL needs, could not be created. Create it, or set DATABASE_URL',
    );
  return made;
}

async function accountOf(name: string): Promise<Account | undefined> {
  try {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    const [uid, gid] = ids.map(({ stdout }) => Number(stdout.trim()));
    return { uid, gid };
  } catch {
    return undefined;
  }
}

/** Runs a program as `account` until it exits. @throws Error with its stderr output */
export async function runAs(account: Account, program: string, args: string[]): Promise<void> {
  await run(program, args, { ...account, env: { LC_ALL: 'C' }, cwd: '/', maxBuffer: 1 << 24 });
}

/** Returns whether `account` can access a path. A home folder of mode 0700 hides everything below it. */
export async function canReach(account: Account, path: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  return runAs(account, 'test', ['-x', path]).then(
    () => true,
    () => false,
  );
}
