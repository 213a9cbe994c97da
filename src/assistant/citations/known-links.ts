import { documentUri } from '../../documents/document-uri.js';
import type { AnswerSource } from '../sources.js';

/** The links that an answer may have: those that the asker or the sources have in the same words, and documents that are cited. */
export class KnownLinks {
  private readonly texts: string[];
  private readonly uris: ReadonlySet<string>;

  constructor(sources: readonly AnswerSource[], question: string) {
    this.texts = [question, ...sources.flatMap(({ text, title }) => [text, title])];
    this.uris = new Set(sources.map(({ id }) => documentUri(id)));
  }

  isDocument(uri: string): boolean {
    return this.uris.has(uri);
  }

  /** Whether a URL may stand as text. A renderer or a chat may make a link of it, and even open it for a preview. */
  mayStand(url: string): boolean {
    return /^document:\/\//i.test(url) || this.texts.some((text) => text.includes(url));
  }
}
