import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { formatOfName } from './formats/file-formats.js';

/** What stands below a folder. */
export interface FoundFiles {
  /** The files that can become documents, sorted. */
  files: string[];
  /** How many files are of other formats. */
  others: number;
}

/** Lists the files below `folder`. It does not follow links. */
export async function filesBelow(folder: string): Promise<FoundFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile());
  const files = found
    .filter(({ name }) => formatOfName(name) !== undefined)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return { files, others: found.length - files.length };
}

/** The path of a file below the folder, with `/` on every system. */
export const pathBelow = (folder: string, file: string): string =>
  relative(folder, file).split(sep).join('/');
