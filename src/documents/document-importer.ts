import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ServiceError } from '../errors/service-error.js';
import { DocumentsService } from './documents.service.js';
import { MAX_CONTENT } from './dto/document.dto.js';

const EXTENSIONS = new Set(['.md', '.markdown', '.mdx', '.txt', '.text']);
const MAX_TITLE = 300;

export interface ImportSummary {
  added: number;
  changed: number;
  unchanged: number;
  /** Files that were left out, and why. */
  skipped: { file: string; reason: string }[];
}

/** Brings a folder's Markdown and text files into a user's documents; again, only what has changed. */
@Injectable()
export class DocumentImporter {
  constructor(private readonly documents: DocumentsService) {}

  /** The files to import below `folder`, sorted. Links are not followed. */
  async find(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && EXTENSIONS.has(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  /** @param onFile called after each file */
  async import(
    ownerId: string,
    folder: string,
    files: string[],
    onFile: () => void = () => {},
  ): Promise<ImportSummary> {
    const summary: ImportSummary = { added: 0, changed: 0, unchanged: 0, skipped: [] };
    for (const file of files) {
      const name = relative(folder, file).split(sep).join('/');
      try {
        summary[await this.importFile(ownerId, name, file)]++;
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === undefined) throw error;
        summary.skipped.push({ file: name, reason });
      }
      onFile();
    }
    return summary;
  }

  private async importFile(
    ownerId: string,
    filename: string,
    path: string,
  ): Promise<'added' | 'changed' | 'unchanged'> {
    const content = await readText(path);
    const title = titleOf(content, filename);
    const known = await this.documents.findByFilename(ownerId, filename);
    if (!known) {
      await this.documents.create(ownerId, { title, content, filename });
      return 'added';
    }
    if (known.content === content && known.title === title) return 'unchanged';
    await this.documents.update(ownerId, known.id, { title, content });
    return 'changed';
  }
}

class UnusableFile extends Error {}

async function readText(path: string): Promise<string> {
  // Four bytes are the most that a character takes: a larger file cannot fit, so it is not read.
  if ((await stat(path)).size > MAX_CONTENT * 4) throw new UnusableFile('too long');
  const bytes = await readFile(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableFile('not UTF-8 text');
  }
  if (text.includes('\0')) throw new UnusableFile('not text');
  if (text.trim() === '') throw new UnusableFile('empty');
  if (text.length > MAX_CONTENT) throw new UnusableFile('too long');
  return text;
}

/** The first heading of a Markdown file, else the file's name. */
function titleOf(content: string, filename: string): string {
  const heading = /^#{1,2}[ \t]+(.+?)[ \t#]*$/m.exec(content.slice(0, 5_000))?.[1]?.trim();
  return (heading || basename(filename)).slice(0, MAX_TITLE);
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof UnusableFile) return error.message;
  if (error instanceof ServiceError && error.status === 413) return 'too many different words';
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EACCES' || code === 'ENOENT' ? code : undefined;
}
