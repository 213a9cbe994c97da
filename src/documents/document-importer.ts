import { basename, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { isUniqueViolation } from '../database/database-errors.js';
import { EarlierImports } from './earlier-imports.js';
import { DocumentReader, type ReadFile } from './formats/document-reader.js';
import { UnusableFile } from './formats/unusable-file.js';
import { importDigest } from './import-digest.js';
import { filesBelow, type FoundFiles, pathBelow } from './import-folder.js';
import {
  ImportedDocuments,
  type ImportedText,
  type ImportRoot,
  type KnownDocument,
} from './imported-documents.js';

const MAX_PATH = 500;
const SOURCE = /^[^\p{C}\p{Zl}\p{Zp}]{1,255}$/u;

export interface ImportOptions {
  /** The name of the source, by default that of the folder. */
  source?: string;
  /** Removes the documents of the source whose files are gone. */
  prune?: boolean;
  /** Writes nothing, and says what would be done. */
  dryRun?: boolean;
  /** Called after each file. */
  onFile?: () => void;
}

export interface ImportSummary {
  /** The paths of the files. */
  added: string[];
  changed: string[];
  removed: string[];
  unchanged: number;
  /** The files that were not imported, with the reason. Their documents, if there are any, stay as they are. */
  skipped: { file: string; reason: string }[];
}

type Done = 'added' | 'changed' | 'unchanged';

/**
 * Imports a folder's files as documents of a user. Another import updates only what has changed. A file is identified by
 * its source (the name of the imported root) and its path within that. Documents of other sources, and those created in
 * another way, are never touched.
 */
@Injectable()
export class DocumentImporter {
  constructor(
    private readonly documents: ImportedDocuments,
    private readonly reader: DocumentReader,
  ) {}

  /**
   * The import root for `folder`.
   * @throws Error where a folder of that name was imported from another place, and no name was given
   */
  async open(ownerId: string, folder: string, { source, dryRun }: ImportOptions = {}): Promise<ImportRoot> {
    const root = { ownerId, folder: resolve(folder), source: source ?? basename(resolve(folder)) };
    if (!SOURCE.test(root.source)) {
      throw new Error('The name of a source has 1 to 255 printable characters: give one with --source NAME');
    }
    const known = await this.documents.folderOf(ownerId, root.source);
    if (known !== null && known !== root.folder) {
      if (source === undefined) {
        throw new Error(
          `${root.source} was imported from ${known} before. If this is the same folder, say --source ${root.source}; if not, another name`,
        );
      }
      if (!dryRun) await this.documents.moveTo(root);
    }
    return root;
  }

  find(folder: string): Promise<FoundFiles> {
    return filesBelow(folder);
  }

  /** @throws Error where pruning would remove all that was imported */
  async import(root: ImportRoot, files: string[], options: ImportOptions = {}): Promise<ImportSummary> {
    const summary: ImportSummary = { added: [], changed: [], removed: [], unchanged: 0, skipped: [] };
    const gone = options.prune ? await this.gone(root, files) : new Map<string, string>();
    const earlier = await this.earlier(root, files);
    for (const file of files) {
      const path = pathBelow(root.folder, file);
      try {
        const done = await this.importFile(root, path, file, earlier, options);
        if (done === 'unchanged') summary.unchanged++;
        else summary[done].push(path);
      } catch (error) {
        const reason = reasonOf(error);
        if (reason === undefined) throw error;
        summary.skipped.push({ file: path, reason });
      }
      options.onFile?.();
    }
    for (const [path, id] of gone) {
      if (!options.dryRun) await this.documents.remove(root, id);
      summary.removed.push(path);
    }
    return summary;
  }

  /**
   * The documents of the source whose files are gone. A folder in which none of them is left is more likely a disk that is
   * not mounted, or another folder.
   */
  private async gone(root: ImportRoot, files: string[]): Promise<Map<string, string>> {
    const gone = await this.documents.paths(root);
    const known = gone.size;
    for (const file of files) gone.delete(pathBelow(root.folder, file));
    if (files.length === 0) throw new Error(`Nothing is pruned: ${root.folder} has no file to import`);
    if (known > 0 && gone.size === known) {
      throw new Error(
        `Nothing is pruned: ${root.folder} has none of the ${known} files that ${root.source} was imported from. ` +
          'If that is right, import without --prune first, or delete the documents',
      );
    }
    return gone;
  }

  private async read(file: string, bytes?: Buffer): Promise<ReadFile> {
    return this.reader.read({ name: file, bytes: bytes ?? (await this.reader.load(file)) });
  }

  private async earlier(root: ImportRoot, files: string[]): Promise<EarlierImports> {
    const earlier = new EarlierImports(await this.documents.earlier(root.ownerId));
    for (const file of files) {
      const path = pathBelow(root.folder, file);
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
    { dryRun }: ImportOptions,
  ): Promise<Done> {
    if (path.length > MAX_PATH) throw new UnusableFile(`its path has more than ${MAX_PATH} characters`);
    const bytes = await this.reader.load(file);
    const known = await this.documents.find(root, path);
    if (known && isAsImported(known, bytes, root)) return 'unchanged';
    const { title, content } = await this.read(file, bytes);
    const { language } = root;
    const text = { title, content, ...(language && { language }) };
    const before = known ?? (await this.takeEarlier(root, earlier.take(path, text), dryRun));
    const digest = importDigest(bytes, text);
    const done = doneTo(before, text);
    if (dryRun) return done;
    if (!before) await this.documents.add(root, path, text, digest);
    else if (done === 'changed') await this.documents.change(root, before.document.id, text, digest);
    else await this.documents.record(before.document.id, digest);
    return done;
  }

  /** The document of an import before sources were recorded, which from now on belongs to this one. */
  private async takeEarlier(
    root: ImportRoot,
    id: string | undefined,
    dryRun: boolean | undefined,
  ): Promise<KnownDocument | undefined> {
    if (id === undefined) return undefined;
    if (!dryRun) await this.documents.claim(root, id);
    return this.documents.findEarlier(root, id);
  }
}

const isAsImported = (
  { document, digest }: KnownDocument,
  bytes: Buffer,
  { language }: ImportRoot,
): boolean =>
  digest === importDigest(bytes, document) && (language === undefined || document.language === language);

const doneTo = (known: KnownDocument | undefined, { title, content, language }: ImportedText): Done => {
  if (!known) return 'added';
  const { document } = known;
  const isSame =
    document.title === title &&
    document.content === content &&
    (language === undefined || document.language === language);
  return isSame ? 'unchanged' : 'changed';
};

function reasonOf(error: unknown): string | undefined {
  if (error instanceof UnusableFile) return error.message;
  if (isUniqueViolation(error)) return 'another import of the same source has just added it';
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'EACCES' || code === 'ENOENT' ? code : undefined;
}
