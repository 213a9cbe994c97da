import { createHash } from 'node:crypto';
import { lineText } from '../validation/line-text.js';
import { titleOf } from './import-file.js';
import type { EarlierDocument, ImportedText } from './imported-documents.js';

/**
 * The documents that may be of imports from before sources were kept, for one import of a root. A document made over
 * REST can have the same file name, so the name alone proves nothing: what proves it is a title as an import would have
 * given it, and the text of the file. Where most files of the root are found so, the root was imported before, and
 * documents of its other files are taken for those files as they were.
 */
export class EarlierImports {
  private readonly byPath = new Map<string, EarlierDocument[]>();
  private same = 0;
  private other = 0;

  constructor(documents: EarlierDocument[]) {
    for (const document of documents) {
      const { path, title, beginning } = document;
      if (lineText(title) === titleOf(beginning, path)) this.byPath.set(path, [...this.at(path), document]);
    }
  }

  mayHave(path: string): boolean {
    return this.byPath.has(path);
  }

  /** Counts a file of the root, before any is imported. */
  consider(path: string, content: string): void {
    if (this.alike(path, content)) this.same++;
    else this.other++;
  }

  /** The document that the file is, which no other file is given then. */
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
