/** A paragraph, a heading, a line of a list or a table, or a block of code. */
export interface TextBlock {
  text: string;
  /** Whether it follows the block before on the next line, as in a list. */
  tight?: boolean;
}

/** What the search would read as a heading, a line below a heading, or the edge of code. */
const MARKUP = /^( {0,3})(?=#{1,6}[ \t]|```|~~~|(?:=+|-{3,})[ \t]*$)/gm;
/** What cannot be stored or seen. Line feeds and tabs stay. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\uFEFF]/g;

export const joinBlocks = (blocks: readonly TextBlock[]): string =>
  blocks.map(({ text, tight }, index) => (index === 0 ? text : (tight ? '\n' : '\n\n') + text)).join('');

/** A paragraph whose lines are no markup. */
export const paragraph = (text: string): string => text.replace(MARKUP, '$1\\');

export const heading = (level: number, text: string): string =>
  `${'#'.repeat(Math.min(Math.max(level, 1), 6))} ${text.replaceAll(/\s+/g, ' ').trim()}`;

/** Code between fences that are longer than any in it. */
export function codeBlock(code: string): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`{3,}/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code.replace(/^\n+/, '').trimEnd()}\n${fence}`;
}

export const tableRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Text as PostgreSQL can store it, with `\n` at the end of lines. */
export const cleanText = (text: string): string =>
  text.toWellFormed().replaceAll(/\r\n?/g, '\n').replace(CONTROL, '').normalize('NFC').trim();
