import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { lineText } from '../validation/line-text.js';
import { MAX_CONTENT } from './dto/document.dto.js';

const MAX_TITLE = 300;
const HEADING_WITHIN = 5_000;

/** A file that cannot be imported, with the reason. */
export class UnusableFile extends Error {}

/** @throws UnusableFile */
export async function readText(path: string): Promise<string> {
  // A character takes at most four bytes, so a larger file is too long and is not read.
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

/** The first heading of a Markdown file or else its file name, without control and direction characters. */
export function titleOf(content: string, path: string): string {
  const heading = /^#{1,2}[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*$/m
    .exec(content.slice(0, HEADING_WITHIN))?.[1]
    ?.trim();
  return lineText((heading || basename(path)).slice(0, MAX_TITLE));
}
