import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, realpath, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sleep } from '../timeouts.js';
import { type Answer, ask, isDraft, isFromHere, isTicket, LockTicket } from './lock-ticket.js';

const RETRY_MS = 5;

/** Is thrown when another live process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
}

/** Describes a ticket whose owner is alive. */
interface Rival extends Answer {
  name: string;
}

/**
 * Locks a folder between processes, by a folder of tickets that only one account can write. A process that wants the
 * lock publishes a ticket and then asks the owners of all others. Of two processes, the later one sees the ticket of
 * the earlier one, so both never hold the lock. If none holds it yet, the first by name gets it. The lock is free
 * once its holder has ended in any way.
 */
export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly ticket: LockTicket,
    /**
     * Whether another machine, or an earlier boot of this one, has not released the lock. Its socket cannot show from
     * here whether it is alive.
     */
    readonly isLeftElsewhere: boolean,
  ) {}

  /** @param path the lock's folder, inside the folder that it locks @throws FolderInUseError */
  static async take(path: string): Promise<FolderLock> {
    const own = join(await realpath(dirname(path)), basename(path));
    await makeFolder(own);
    // Checked first, so that the holder is not asked again for each attempt.
    refuseIfHeld(path, (await readTickets(own)).rivals);
    const ticket = await LockTicket.publish(own, () => makeFolder(own));
    try {
      for (;;) {
        const { rivals, elsewhere } = await readTickets(own, ticket.name);
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

  /**
   * Returns whether a live process of this machine holds the lock. Nobody holds the lock of a folder that does not
   * exist.
   */
  static async isHeld(path: string): Promise<boolean> {
    try {
      return (await readTickets(path)).rivals.some(({ holds }) => holds);
    } catch (error) {
      // The lock belongs to another account.
      if ((error as NodeJS.ErrnoException).code === 'EACCES') return true;
      throw error;
    }
  }

  /** Removes the tickets of other machines and earlier boots. Use it for folders that only one machine uses. */
  async forgetElsewhere(): Promise<void> {
    const { elsewhere } = await readTickets(this.path, this.ticket.name);
    await Promise.all(elsewhere.map((name) => unlink(join(this.path, name)).catch(() => undefined)));
  }

  async release(): Promise<void> {
    await this.ticket.withdraw();
    await rmdir(this.path).catch(() => undefined);
  }
}

/** Asks the owners of all tickets but `own`, and removes those whose owner has ended. */
async function readTickets(folder: string, own?: string): Promise<{ rivals: Rival[]; elsewhere: string[] }> {
  const entries = await readdir(folder).catch(undefinedOn('ENOENT', 'ENOTDIR'));
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
  // Earlier versions had a file here.
  if ((await lstat(path).catch(() => undefined))?.isFile()) await unlink(path).catch(() => undefined);
  let own: Stats | undefined;
  // The process that releases the lock removes the folder.
  while (!own) {
    await mkdir(path, { mode: 0o700 }).catch(undefinedOn('EEXIST'));
    own = await lstat(path).catch(undefinedOn('ENOENT'));
  }
  const user = process.getuid?.();
  if (user === undefined) return;
  const parent = await lstat(dirname(path));
  const isTrusted = own.uid === user || own.uid === 0 || own.uid === parent.uid;
  if (!own.isDirectory() || !isTrusted || (own.mode & 0o022) !== 0)
    throw new Error(
      `${path} does not belong to this service alone: another account could hold the lock for ever. Remove it.`,
    );
}

/** @throws any other error */
const undefinedOn =
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
