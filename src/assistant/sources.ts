import type { SearchResult } from '../documents/document.schema.js';

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
