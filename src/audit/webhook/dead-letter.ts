import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Appends undelivered events to a file, one a line, that only this account can read. */
export class DeadLetter {
  private readonly folder: string;
  private readonly path: string;
  private writing: Promise<void> = Promise.resolve();

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'audit');
    this.path = join(this.folder, 'dead-letter.ndjson');
  }

  /** Serializes the writes, so that lines do not mix. @param lines events as JSON */
  add(lines: readonly string[]): Promise<void> {
    const written = this.writing.then(() => this.append(lines));
    this.writing = written.catch(() => undefined);
    return written;
  }

  private async append(lines: readonly string[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await appendFile(this.path, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  }
}
