import { createHash, randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binariesFor, SYSTEM_DIR } from './binaries.js';
import { FolderLock } from '../../common/folder-lock/folder-lock.js';
import { setUpOwner } from '../schema-owner.js';
import type { DatabaseUrls } from '../service-role.js';
import { type Account, canReach, runAs, serverAccount } from './run-as.js';

const LOCK_FILE = 'service.lock';
/** The cluster's superuser. It only creates the owner, who migrates, and the role of the service. */
const ADMIN = 'postgres';
const OWNER = 'bouncer_owner';
const SERVICE = 'bouncer';

export interface EmbeddedUrls extends DatabaseUrls {
  /** The superuser, for the set-up and for administrators. */
  adminUrl: string;
}

/**
 * Runs a PostgreSQL 18 from npm, with its data in `<folder>/postgres` and its log in `<folder>/postgres/server.log`.
 * It listens on a free loopback port, with generated passwords, in a process group of its own: Ctrl-C reaches
 * the service first, and the service stops the server last.
 */
export class EmbeddedPostgres {
  private constructor(
    readonly urls: EmbeddedUrls,
    private readonly data: string,
    private readonly bin: string,
    private readonly account: Account,
    private readonly lock: FolderLock,
  ) {}

  /**
   * Starts the server. The first start creates the cluster, and a later one first cleans up after a killed process.
   * Objects that the superuser owns in the cluster of an earlier version are transferred to the owner.
   * @param settings server settings as `name=value`, in addition to those of the cluster
   * @throws FolderInUseError when a live process uses the folder
   */
  static async start(folder: string, settings: string[] = []): Promise<EmbeddedPostgres> {
    await mkdir(folder, { recursive: true });
    const lock = await FolderLock.take(join(folder, LOCK_FILE));
    try {
      // Only one machine uses the server's files, so entries from elsewhere are from an earlier boot.
      await lock.forgetElsewhere();
      const account = await serverAccount();
      const bin = await binariesFor(account);
      const data = await dataFolder(folder, account);
      const [password] = await Promise.all([ADMIN, OWNER, SERVICE].map((role) => keepPassword(role, folder)));
      const pgCtl = (...args: string[]) =>
        runAs(account, join(bin, 'pg_ctl'), ['-D', data, '-s', '-w', ...args]);
      if (!(await isFile(join(data, 'PG_VERSION')))) await initialise(bin, data, account, password!);
      // A server that outlived a killed service is shut down, so that its shared memory and files are free.
      const outlived = await pgCtl('status').then(
        () => true,
        () => false,
      );
      if (outlived) await pgCtl('stop', '-m', 'fast');
      const port = await freePort();
      const options = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings];
      const log = join(data, 'server.log');
      await pgCtl(
        'start',
        '-t',
        '60',
        '-l',
        log,
        '-o',
        options.map((option) => `-c ${option}`).join(' '),
      ).catch(async (error: unknown) => {
        const tail = (await readFile(log, 'utf8').catch(() => '')).slice(-2000);
        throw new Error(`The embedded PostgreSQL did not start:\n${tail}`, { cause: error });
      });
      const urls = await urlsOf(folder, port);
      await setUpOwner(urls.adminUrl, urls).catch(async (error: unknown) => {
        await pgCtl('stop', '-m', 'fast');
        throw error;
      });
      return new EmbeddedPostgres(urls, data, bin, account, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Returns the URLs of the server that a live process runs for `folder`, if there is one. */
  static async urlsOfRunning(folder: string): Promise<EmbeddedUrls | undefined> {
    if (!(await FolderLock.isHeld(join(folder, LOCK_FILE)))) return undefined;
    try {
      // Line 4 of postmaster.pid is the port.
      const port = (await readFile(join(folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3];
      return await urlsOf(folder, Number(port));
    } catch {
      return undefined;
    }
  }

  /** Ends all sessions, shuts the server down with a checkpoint, and releases the folder. */
  async stop(): Promise<void> {
    try {
      await runAs(this.account, join(this.bin, 'pg_ctl'), [
        '-D',
        this.data,
        '-s',
        '-w',
        '-m',
        'fast',
        'stop',
      ]);
    } finally {
      await this.lock.release();
    }
  }

  /** Stops the server and deletes its data, which may be outside the folder. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}

async function urlsOf(folder: string, port: number): Promise<EmbeddedUrls> {
  const urlOf = async (role: string) =>
    `postgres://${role}:${await passwordOf(role, folder)}@127.0.0.1:${port}/postgres`;
  return { url: await urlOf(SERVICE), ownerUrl: await urlOf(OWNER), adminUrl: await urlOf(ADMIN) };
}

/** Returns `<folder>/postgres`. If the server's account cannot reach it, it is a link to a system folder. */
async function dataFolder(folder: string, account: Account): Promise<string> {
  const data = join(folder, 'postgres');
  if (!(await canReach(account, folder)) && !(await lstat(data).catch(() => undefined))) {
    const id = createHash('sha256')
      .update(await realpath(folder))
      .digest('hex')
      .slice(0, 16);
    const elsewhere = join(SYSTEM_DIR, `data-${id}`);
    await rm(elsewhere, { recursive: true, force: true });
    await mkdir(elsewhere, { recursive: true });
    await symlink(elsewhere, data);
  }
  await mkdir(data, { recursive: true });
  return ownedFolder(await realpath(data), account);
}

async function ownedFolder(path: string, account: Account): Promise<string> {
  await mkdir(path, { recursive: true });
  if (account.uid !== undefined && account.gid !== undefined) await chown(path, account.uid, account.gid);
  await chmod(path, 0o700);
  return path;
}

const passwordFile = (role: string, folder: string) => join(folder, `${role}.password`);

const passwordOf = async (role: string, folder: string): Promise<string> =>
  (await readFile(passwordFile(role, folder), 'utf8')).trim();

/** Generates the password if there is none yet. The caller holds the folder, so two processes cannot generate two. */
async function keepPassword(role: string, folder: string): Promise<string> {
  return passwordOf(role, folder).catch(async () => {
    const password = randomBytes(24).toString('base64url');
    await writeFile(passwordFile(role, folder), password, { mode: 0o600 });
    return password;
  });
}

async function initialise(bin: string, data: string, account: Account, password: string): Promise<void> {
  // The cluster is created elsewhere and renamed when it is complete, so that an incomplete one is never used.
  const draft = `${data}.init`;
  await rm(draft, { recursive: true, force: true });
  await ownedFolder(draft, account);
  const secret = join(tmpdir(), `bouncer-${randomBytes(8).toString('hex')}`);
  await writeFile(secret, password, { mode: 0o600, flag: 'wx' });
  try {
    if (account.uid !== undefined && account.gid !== undefined) await chown(secret, account.uid, account.gid);
    await runAs(account, join(bin, 'initdb'), [
      `--pgdata=${draft}`,
      `--username=${ADMIN}`,
      '--auth=scram-sha-256',
      `--pwfile=${secret}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
    ]);
    await rename(draft, data);
  } finally {
    await rm(secret, { force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

const isFile = (path: string) =>
  stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
