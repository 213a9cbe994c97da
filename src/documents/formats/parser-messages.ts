import type { ExtractedText } from './extracted-text.js';
import type { FormatName } from './file-formats.js';

/** The formats that are read in a process of their own. */
export type ParsedFormat = Exclude<FormatName, 'markdown' | 'text'>;

export interface ParseRequest {
  format: ParsedFormat;
  bytes: Uint8Array;
  /** A file with more text than so many characters is refused. */
  maxLetters: number;
}

/** What the parsing process answers to each request. */
export interface ParseAnswer {
  text?: ExtractedText;
  /** Why the file cannot become a document. */
  unusable?: string;
  /** The memory that the process holds behind it. */
  rss: number;
}

/** What a parsing process may hold. The watch ends a process that holds more. */
export const MAX_RSS_BYTES = 512 * 1024 * 1024;
/** Of the memory that JavaScript manages. */
export const MAX_HEAP_MB = 256;
