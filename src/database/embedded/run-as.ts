import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account a server process runs under: PostgreSQL refuses to be root. Empty: our own. */
export interface Account {
  uid?: number;
  gid?: number;
}

/** `postgres` when we are root (made as a system user if it is not there), else ourselves. */
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
    throw new Error('Could not create the system user "postgres", which the embedded PostgreSQL needs');
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

/** Runs a program to its end as `account`. @throws with what it wrote to stderr */
export async function runAs(account: Account, program: string, args: string[]): Promise<void> {
  await run(program, args, { ...account, env: { LC_ALL: 'C' }, cwd: '/', maxBuffer: 1 << 24 });
}

/** Whether `account` may enter the folder or run the file: a home of mode 0700 hides all that is below it. */
export async function canReach(account: Account, path: string): Promise<boolean> {
  if (account.uid === undefined) return true;
  return runAs(account, 'test', ['-x', path]).then(
    () => true,
    () => false,
  );
}
