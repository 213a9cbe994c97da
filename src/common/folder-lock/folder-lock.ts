import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sleep } from '../timeouts.js';
import { type Answer, ask, isDraft, isFromHere, isTicket, LockTicket } from './lock-ticket.js';

const RETRY_MS = 5;

/** Thrown when another live process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
}

/** A ticket whose owner lives. */
interface Rival extends Answer {
  name: string;
}

/**
 * A folder of tickets that only its owner can enter. Each who wants the lock first puts a ticket of its own there and then asks the
 * owners of all others: of two, the later one sees the earlier one's, so that never both hold it. Where none holds it yet, the first by
 * name gets it. It is free again when its holder ends, however that ends.
 */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly ticket: LockTicket,
    /**
     * Whether another machine, or an earlier boot of this one, has not let go of the lock: sockets do not tell from here whether that
     * lives.
     */
    readonly isLeftElsewhere: boolean,
  ) {}

  /** @param path of the lock; the folder that has it is what is locked @throws FolderInUseError */
  static async take(path: string): Promise<FolderLock> {
    const own = join(await realpath(dirname(path)), basename(path));
    await makeFolder(own);
    // Before anything is made: who holds it is not to be bothered with tickets.
    refuseIfHeld(path, (await look(own)).rivals);
    const ticket = await LockTicket.publish(own, () => makeFolder(own));
    try {
      for (;;) {
        const { rivals, elsewhere } = await look(own, ticket.name);
        refuseIfHeld(path, rivals);
        const first = rivals.find(({ name }) => name < ticket.name);
        if (first) throw inUse(path, first);
        if (rivals.length === 0) {
          ticket.holds = true;
          return new FolderLock(own, ticket, elsewhere.length > 0);
        }
        await sleep(RETRY_MS);
      }
    } catch (error) {
      await ticket.withdraw();
      await rmdir(own).catch(() => undefined);
      throw error;
    }
  }

  /** Whether a live process of this machine holds the lock; nobody holds that of a folder which is not there. */
  static async isHeld(path: string): Promise<boolean> {
    try {
      return (await look(path)).rivals.some(({ holds }) => holds);
    } catch (error) {
      // Another account's.
      if ((error as NodeJS.ErrnoException).code === 'EACCES') return true;
      throw error;
    }
  }

  /** Removes what other machines and earlier boots have left: for what one machine uses alone. */
  async forgetElsewhere(): Promise<void> {
    const { elsewhere } = await look(this.path, this.ticket.name);
    await Promise.all(elsewhere.map((name) => unlink(join(this.path, name)).catch(() => undefined)));
  }

  async release(): Promise<void> {
    await this.ticket.withdraw();
    await rmdir(this.path).catch(() => undefined);
  }
}

/** Asks all but `own`, and removes the tickets of dead ones. */
async function look(folder: string, own?: string): Promise<{ rivals: Rival[]; elsewhere: string[] }> {
  const entries = await readdir(folder).catch(unless('ENOENT', 'ENOTDIR'));
  const names = (entries ?? []).filter((name) => isTicket(name) && name !== own);
  const found = await Promise.all(
    names.filter(isFromHere).map(async (name) => {
      const answer = await ask(folder, name);
      if (!answer) await unlink(join(folder, name)).catch(() => undefined);
      return answer && !isDraft(name) ? { name, ...answer } : undefined;
    }),
  );
  return {
    rivals: found.filter((rival) => rival !== undefined),
    elsewhere: names.filter((name) => !isFromHere(name) && !isDraft(name)),
  };
}

async function makeFolder(path: string): Promise<void> {
  // An earlier version kept a file there.
  if ((await lstat(path).catch(() => undefined))?.isFile()) await unlink(path).catch(() => undefined);
  let own: Stats | undefined;
  // Whoever lets go removes it.
  while (!own) {
    await mkdir(path, { mode: 0o700 }).catch(unless('EEXIST'));
    own = await lstat(path).catch(unless('ENOENT'));
  }
  const user = process.getuid?.();
  if (user === undefined) return;
  const parent = await lstat(dirname(path));
  const isTrusted = own.uid === user || own.uid === 0 || own.uid === parent.uid;
  if (!own.isDirectory() || !isTrusted || (own.mode & 0o022) !== 0)
    throw new Error(`${path} is not this service's own: somebody else could hold it for ever. Remove it.`);
}

/** @throws any other error */
const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (!codes.includes(error.code ?? '')) throw error;
    return undefined;
  };

function refuseIfHeld(path: string, rivals: Rival[]): void {
  const holder = rivals.find(({ holds }) => holds);
  if (holder) throw inUse(path, holder);
}

const inUse = (path: string, { who }: Answer) =>
  new FolderInUseError(
    `The data folder is in use by ${who || 'another process'} (${path}). Stop it, or set another DATA_DIR, or DATABASE_URL.`,
  );
