import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { Injectable } from '@nestjs/common';
import { isUniqueViolation } from '../database/database-errors.js';
import type { Document } from './document.entity.js';
import { EarlierImports } from './earlier-imports.js';
import { DocumentReader, type ReadFile } from './formats/document-reader.js';
import { formatOfName } from './formats/file-formats.js';
import { UnusableFile } from './formats/unusable-file.js';
import { ImportedDocuments, type ImportedText, type ImportRoot } from './imported-documents.js';

const MAX_PATH = 500;
const SOURCE = /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u;

export interface ImportSummary {
  added: number;
  changed: number;
  unchanged: number;
  /** The files that were not imported, with the reason. */
  skipped: { file: string; reason: string }[];
}

/**
 * Imports a folder's files as documents of a user. Another import updates only what has changed. A file
 * is identified by its source (the name of the imported root) and its path within that. Documents of other sources, and
 * those created in another way, are never touched.
 */
@Injectable()
export class DocumentImporter {
  constructor(
    private readonly documents: ImportedDocuments,
    private readonly reader: DocumentReader,
  ) {}

  /**
   * The import root for `folder`.
   * @param name the name of the source, by default that of the folder
   * @throws Error where a folder of that name was imported from another place, and no name was given
   */
  async open(ownerId: string, folder: string, name?: string): Promise<ImportRoot> {
    const root = { ownerId, folder: resolve(folder), source: name ?? basename(resolve(folder)) };
    if (!SOURCE.test(root.source)) {
      throw new Error('The name of a source has 1 to 255 printable characters: give one with --source NAME');
    }
    const known = await this.documents.folderOf(ownerId, root.source);
    if (known !== null && known !== root.folder) {
      if (name === undefined) {
        throw new Error(
          `${root.source} was imported from ${known} before. If this is the same folder, say --source ${root.source}; if not, another name`,
        );
      }
      await this.documents.moveTo(root);
    }
    return root;
  }

  /** Lists the files to import below `folder`, sorted. It does not follow links. */
  async find(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && formatOfName(entry.name) !== undefined)
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  }

  /** @param onFile called after each file */
  async import(root: ImportRoot, files: string[], onFile: () => void = () => {}): Promise<ImportSummary> {
    const summary: ImportSummary = { added: 0, changed: 0, unchanged: 0, skipped: [] };
    const earlier = await this.earlier(root, files);
    for (const file of files) {
      const path = pathOf(root, file);
      try {
        summary[await this.importFile(root, path, file, earlier)]++;
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === undefined) throw error;
        summary.skipped.push({ file: path, reason });
      }
      onFile();
    }
    return summary;
  }

  private async read(file: string): Promise<ReadFile> {
    return this.reader.read({ name: file, bytes: await this.reader.load(file) });
  }

  private async earlier(root: ImportRoot, files: string[]): Promise<EarlierImports> {
    const earlier = new EarlierImports(await this.documents.earlier(root.ownerId));
    for (const file of files) {
      const path = pathOf(root, file);
      if (!earlier.mayHave(path)) continue;
      const read = await this.read(file).catch(() => undefined);
      if (read) earlier.consider(path, read.content);
    }
    return earlier;
  }

  private async importFile(
    root: ImportRoot,
    path: string,
    file: string,
    earlier: EarlierImports,
  ): Promise<'added' | 'changed' | 'unchanged'> {
    if (path.length > MAX_PATH) throw new UnusableFile(`its path has more than ${MAX_PATH} characters`);
    const { title, content } = await this.read(file);
    const { language } = root;
    const text = { title, content, ...(language && { language }) };
    let known = await this.documents.find(root, path);
    const before = known ? undefined : earlier.take(path, text);
    if (before !== undefined) {
      await this.documents.claim(root, before);
      known = await this.documents.find(root, path);
    }
    if (!known) {
      await this.documents.add(root, path, text);
      return 'added';
    }
    if (isSame(known, text)) return 'unchanged';
    await this.documents.change(root, known.id, text);
    return 'changed';
  }
}

const isSame = (known: Document, { title, content, language }: ImportedText): boolean =>
  known.title === title &&
  known.content === content &&
  (language === undefined || known.language === language);

const pathOf = ({ folder }: ImportRoot, file: string): string => relative(folder, file).split(sep).join('/');

function reasonOf(error: unknown): string | undefined {
  if (error instanceof UnusableFile) return error.message;
  if (isUniqueViolation(error)) return 'another import of the same source has just added it';
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EACCES' || code === 'ENOENT' ? code : undefined;
}
