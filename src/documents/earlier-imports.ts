import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { lineText } from '../validation/line-text.js';
import { titleOf } from './formats/titles.js';
import type { EarlierDocument, ImportedText } from './imported-documents.js';

/**
 * Matches files of a root with documents that an earlier version imported without recording the source. A document that
 * was created over REST can have the same file name, so the name proves nothing. The title that an import would give
 * proves it together with the text of the file. Where most files of the root match in this way, the root was imported
 * before, and its other files are matched by name.
 */
export class EarlierImports {
  private readonly byPath = new Map<string, EarlierDocument[]>();
  private same = 0;
  private other = 0;

  constructor(documents: EarlierDocument[]) {
    for (const document of documents) {
      const { path, title, beginning } = document;
      if (lineText(title) === titleOf({ content: beginning }, basename(path)))
        this.byPath.set(path, [...this.at(path), document]);
    }
  }

  mayHave(path: string): boolean {
    return this.byPath.has(path);
  }

  /** Counts whether a file matches. This is called for all files before the first is imported. */
  consider(path: string, content: string): void {
    if (this.alike(path, content)) this.same++;
    else this.other++;
  }

  /** Returns the id of the document of a file. No other file gets that document. */
  take(path: string, { content }: ImportedText): string | undefined {
    const candidates = this.at(path);
    const sole = candidates.length === 1 && this.same >= this.other ? candidates[0] : undefined;
    const found = this.alike(path, content) ?? (this.same > 0 ? sole : undefined);
    this.byPath.delete(path);
    return found?.id;
  }

  private alike(path: string, content: string): EarlierDocument | undefined {
    if (!this.mayHave(path)) return undefined;
    const digest = createHash('sha256').update(content).digest('hex');
    return this.at(path).find((document) => document.digest === digest);
  }

  private at(path: string): EarlierDocument[] {
    return this.byPath.get(path) ?? [];
  }
}
