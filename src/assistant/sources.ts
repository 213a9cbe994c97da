import type { SearchResult } from '../documents/document.schema.js';
import type { ReadPassage } from '../documents/passage-reader.js';

/** A passage that an answer may cite as `[number]`. */
export interface AnswerSource {
  /** 1 for the first. */
  number: number;
  /** The id of the document. */
  id: string;
  title: string;
  filename: string | null;
  createdAt: Date | string;
  excerpt: string;
  passage: SearchResult['passage'];
  /** The text of the passage, with some of what stands around it. */
  text: string;
  /** Where `text` begins in the document, in characters. */
  textStart: number;
}

/**
 * Numbers what was found, best first.
 * @param texts what was read of each; a document without one was deleted since it was found
 */
export function sourcesOf(
  found: readonly SearchResult[],
  texts: readonly (ReadPassage | undefined)[],
): AnswerSource[] {
  const sources: AnswerSource[] = [];
  for (const [at, { id, title, filename, createdAt, excerpt, passage }] of found.entries()) {
    const read = texts[at];
    if (!read) continue;
    const { text, start: textStart } = read;
    sources.push({
      number: sources.length + 1,
      id,
      title,
      filename,
      createdAt,
      excerpt,
      passage,
      text,
      textStart,
    });
  }
  return sources;
}
