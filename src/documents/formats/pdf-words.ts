import type { PageLine } from './pdf-lines.js';

/** A hyphen, or a soft one, behind a letter at the end of a line. */
const HYPHEN = /(\p{L}+)[-\u2010\u00ad]$/u;

export const isHyphenated = (line: string): boolean => HYPHEN.test(line);

/**
 * Joins lines to a text. A word that a line cuts is put together, unless the document has it elsewhere with its hyphen.
 * @param words the words of the document, in small letters
 */
export function joinLines(lines: readonly Pick<PageLine, 'text'>[], words: ReadonlySet<string>): string {
  let joined = '';
  for (const { text } of lines) {
    const cut = HYPHEN.exec(joined);
    const rest = /^\p{Ll}+/u.exec(text)?.[0];
    if (joined === '') joined = text;
    else if (!cut || rest === undefined) joined += cut ? text : ` ${text}`;
    else {
      const [whole, hyphenated] = [cut[1]! + rest, `${cut[1]}-${rest}`].map((word) => word.toLowerCase());
      const keeps = words.has(hyphenated!) && !words.has(whole!);
      joined = joined.slice(0, -1) + (keeps ? '-' : '') + text;
    }
  }
  return joined;
}
