/** It depends on the next piece of the text. */
export type Pending = 'pending';

/** What stands behind the text of a link. */
export interface Link {
  /** Where the link ends. */
  end: number;
  target: string;
}

/** Longer ones are no links. */
const MOST_OF_TEXT = 300;
const MOST_OF_TARGET = 2_500;

/** @returns where the text of a link ends that begins here; nothing if none does */
export function linkTextEnd(text: string, open: number, isEnd: boolean): number | Pending | undefined {
  if (text[open] !== '[') return undefined;
  for (let at = open + 1; at <= open + MOST_OF_TEXT; at++) {
    const char = text[at];
    if (char === undefined) return isEnd ? undefined : 'pending';
    if (char === ']') return at;
    if (char === '[' || (char === '\n' && text[at - 1] === '\n')) return undefined;
  }
  return undefined;
}

/** @returns what stands behind the text that ends here; nothing if it is no link */
export function linkBehind(text: string, close: number, isEnd: boolean): Link | Pending | undefined {
  if (close + 1 >= text.length) return isEnd ? undefined : 'pending';
  if (text[close + 1] !== '(') return undefined;
  let depth = 0;
  for (let at = close + 1; at <= close + MOST_OF_TARGET; at++) {
    const char = text[at];
    if (char === undefined) return isEnd ? undefined : 'pending';
    if (char === '\n' && text[at - 1] === '\n') return undefined;
    depth += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (depth === 0) return { end: at + 1, target: text.slice(close + 2, at).trim() };
  }
  return undefined;
}
