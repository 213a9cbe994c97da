import { readFileSync } from 'node:fs';
import { readFile, unlink, writeFile } from 'node:fs/promises';

/** Thrown when another live process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
}

/**
 * A lock file that names its holder, so that the folder of a process that was killed can be told from one in use.
 * The holder is a process id and, where the system tells it, the moment that process started: ids are used again.
 */
export class FolderLock {
  private constructor(private readonly path: string) {}

  /** @throws FolderInUseError */
  static async take(path: string): Promise<FolderLock> {
    const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await writeFile(path, mine, { flag: 'wx', mode: 0o600 });
        return new FolderLock(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await readHolder(path);
      if (holder && isAlive(holder)) {
        throw new FolderInUseError(
          `The data folder is in use by process ${holder.pid} (${path}). Stop it, or set another DATA_DIR, or DATABASE_URL.`,
        );
      }
      await unlink(path).catch(() => undefined);
    }
    throw new FolderInUseError(`Could not take the lock ${path}`);
  }

  /** Whether a live process holds the lock. */
  static async isHeld(path: string): Promise<boolean> {
    const holder = await readHolder(path);
    return holder !== undefined && isAlive(holder);
  }

  async release(): Promise<void> {
    await unlink(this.path).catch(() => undefined);
  }
}

interface Holder {
  pid: number;
  started: string | null;
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  // Without /proc, our own id on the lock is that of a predecessor, as in a container that started again.
  return started === null ? pid !== process.pid : started === startOf(pid);
}

/** Field 22 of /proc/PID/stat: clock ticks from boot to the start of the process. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
