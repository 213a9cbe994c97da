import { createHash } from 'node:crypto';
import type { Document } from './document.entity.js';

/** Grows when a format is read in another way, so that the next import reads unchanged files again. */
const READERS_VERSION = 1;

/**
 * The digest of a file together with the document that was made of it. While both are as they were, reading the file again
 * would change nothing.
 */
export const importDigest = (
  bytes: Buffer,
  { title, content }: Pick<Document, 'title' | 'content'>,
): string =>
  createHash('sha256')
    .update(JSON.stringify([READERS_VERSION, createHash('sha256').update(bytes).digest('hex'), title]))
    .update(content)
    .digest('hex');
