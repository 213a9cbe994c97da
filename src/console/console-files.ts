import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { ConsoleLink } from '../config/console-links.js';
import { withLinks } from './page-links.js';

const compress = promisify(gzip);

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const PAGE = 'index.html';
const ASSETS = 'assets';

export interface ConsoleFile {
  type: string;
  etag: string;
  body: Buffer;
  gzipped: Buffer;
}

/** Reads the files of the built console, each when it is first asked for. They stay in memory, as they are and compressed. */
export class ConsoleFiles {
  private readonly names: ReadonlySet<string>;
  private readonly files = new Map<string, Promise<ConsoleFile>>();

  /**
   * @param folder where the build is; there may be none
   * @param links what the page says of the company's own links
   */
  constructor(
    private readonly folder: string,
    private readonly links: readonly ConsoleLink[] = [],
  ) {
    const assets = join(folder, ASSETS);
    const names = existsSync(join(folder, PAGE)) && existsSync(assets) ? readdirSync(assets) : undefined;
    this.names = new Set(names && [PAGE, ...names.map((name) => `${ASSETS}/${name}`)]);
  }

  get areBuilt(): boolean {
    return this.names.size > 0;
  }

  /** Returns the page of the console, which is the same for all its addresses. */
  page(): Promise<ConsoleFile> | undefined {
    return this.file(PAGE);
  }

  asset(name: string): Promise<ConsoleFile> | undefined {
    return this.file(`${ASSETS}/${name}`);
  }

  /** Only what was there at start is served, so that no name leads out of the folder. */
  private file(name: string): Promise<ConsoleFile> | undefined {
    if (!this.names.has(name)) return undefined;
    const known = this.files.get(name);
    if (known) return known;
    const file = this.read(name);
    this.files.set(name, file);
    file.catch(() => this.files.delete(name));
    return file;
  }

  private async read(name: string): Promise<ConsoleFile> {
    const content = await readFile(join(this.folder, name));
    const body = name === PAGE ? withLinks(content, this.links) : content;
    return {
      type: TYPES[extname(name)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      body,
      gzipped: await compress(body, { level: 9 }),
    };
  }
}
