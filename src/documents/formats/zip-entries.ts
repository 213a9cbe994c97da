import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { UnusableFile } from './unusable-file.js';

const MAX_ENTRIES = 5_000;

/**
 * The files of a zip, inflated one at a time when they are asked for. What is counted is what comes out, because the
 * sizes in the headers of a zip may lie.
 */
export class ZipEntries {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private left: number,
  ) {}

  /** @param maxBytes of all that is inflated @throws UnusableFile */
  static async open(bytes: Buffer, maxBytes: number): Promise<ZipEntries> {
    const entries = new Map<string, Entry>();
    const zip = await fromBufferPromise(bytes, { lazyEntries: true, strictFileNames: false });
    if (zip.entryCount > MAX_ENTRIES) throw new UnusableFile(`has more than ${MAX_ENTRIES} parts`);
    for await (const entry of zip.eachEntry()) {
      // Later entries of the same name are not read, so that every part has one meaning.
      if (!entries.has(entry.fileName)) entries.set(entry.fileName, entry);
      if (entries.size > MAX_ENTRIES) throw new UnusableFile(`has more than ${MAX_ENTRIES} parts`);
    }
    return new ZipEntries(zip, entries, maxBytes);
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** @throws UnusableFile where more comes out than may */
  async read(name: string): Promise<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new UnusableFile(`lacks its part ${name}`);
    if (entry.uncompressedSize > this.left) throw tooLarge();
    const stream = await this.zip.openReadStreamPromise(entry);
    return buffer(this.counted(stream));
  }

  private async *counted(stream: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      this.left -= chunk.length;
      if (this.left < 0) throw tooLarge();
      yield chunk;
    }
  }
}

const tooLarge = (): UnusableFile => new UnusableFile('its parts are too large when they are unpacked');
