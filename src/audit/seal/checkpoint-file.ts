import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FolderInUseError, FolderLock } from '../../common/folder-lock/folder-lock.js';
import { sleep } from '../../common/timeouts.js';
import { type Checkpoint, latestPerNode, readCheckpoints } from './checkpoint.js';

const LOCK_MS = 2_000;
const RETRY_MS = 20;
const NAME = 'checkpoints.json';
const FORMER_NAME = 'heads.json';

/** Reads a file of checkpoints. @throws what the file system says; Error where the file holds something else */
export async function checkpointsIn(path: string): Promise<Map<string, Checkpoint>> {
  const text = await readFile(path, 'utf8');
  try {
    return readCheckpoints(text);
  } catch (cause) {
    throw new Error(`${path} is not a file of checkpoints`, { cause });
  }
}

/**
 * Keeps the latest checkpoint of each node in a file that the processes of a data folder share. Checkpoints only advance.
 * Earlier versions called the file `heads.json`: one that lies beside it is still read.
 */
export class CheckpointFile {
  /** Written again with every later checkpoint, so that one that could not be written is not lost. */
  private own = new Map<string, Checkpoint>();
  private warned = false;

  constructor(
    private readonly path: string,
    private readonly warn: (message: string) => void,
  ) {}

  /** The latest checkpoint of each node. @throws what the file system says; Error for a file that holds something else */
  async read(): Promise<Map<string, Checkpoint>> {
    const own = await this.readIfThere(this.path);
    if (basename(this.path) !== NAME) return own;
    const former = join(dirname(this.path), FORMER_NAME);
    const earlier = await this.readIfThere(former);
    if (earlier.size > 0 && !this.warned) {
      this.warned = true;
      this.warn(`${former} is still read: it is now called ${NAME}. Remove it once no earlier version runs.`);
    }
    return latestPerNode([...earlier.values(), ...own.values()]);
  }

  /** Adds a checkpoint. @throws what the file system says; a file that cannot be read is left as it is */
  async add(checkpoint: Checkpoint): Promise<void> {
    this.own = latestPerNode([...this.own.values(), checkpoint]);
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const lock = await this.lock();
    try {
      const checkpoints = latestPerNode([...(await this.read()).values(), ...this.own.values()]);
      await this.replace(`${JSON.stringify([...checkpoints.values()], null, 1)}\n`);
    } finally {
      await lock.release();
    }
  }

  private async readIfThere(path: string): Promise<Map<string, Checkpoint>> {
    return checkpointsIn(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return new Map<string, Checkpoint>();
      throw error;
    });
  }

  private async replace(text: string): Promise<void> {
    const draft = `${this.path}.draft`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path);
  }

  private async lock(): Promise<FolderLock> {
    for (const deadline = Date.now() + LOCK_MS; ; await sleep(RETRY_MS)) {
      try {
        return await FolderLock.take(`${this.path}.lock`);
      } catch (error) {
        if (!(error instanceof FolderInUseError) || Date.now() > deadline) throw error;
      }
    }
  }
}
