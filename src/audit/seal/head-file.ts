import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FolderInUseError, FolderLock } from '../../common/folder-lock/folder-lock.js';
import { sleep } from '../../common/timeouts.js';
import { furthest, readHeads, type SealHead } from './seal-head.js';

const LOCK_MS = 2_000;
const RETRY_MS = 20;

/** The last head of each node, in a file that the processes of a data folder share. Heads only move forward. */
export class HeadFile {
  /** Those of this process: written again with the next, so that one that could not be written is not forgotten. */
  private own = new Map<string, SealHead>();

  constructor(private readonly path: string) {}

  async headOf(nodeId: string): Promise<SealHead | undefined> {
    return (await this.read()).get(nodeId);
  }

  /** @throws what the file system says; a file that cannot be read is left as it is */
  async keep(head: SealHead): Promise<void> {
    this.own = furthest([...this.own.values(), head]);
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const lock = await this.lock();
    try {
      const heads = furthest([...(await this.read()).values(), ...this.own.values()]);
      await this.replace(`${JSON.stringify([...heads.values()], null, 1)}\n`);
    } finally {
      await lock.release();
    }
  }

  private async read(): Promise<Map<string, SealHead>> {
    try {
      return readHeads(await readFile(this.path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
      throw new Error(`${this.path} is not a file of heads`, { cause: error });
    }
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
