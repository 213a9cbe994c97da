import type { FoundSecret } from './found-secret.js';

const MARK = 'PRIVATE';
/** A space as it is, or as a URL or a form writes it. */
const SPACE = String.raw`(?: |\+|%(?:25)*20)`;
const BEGIN = new RegExp(String.raw`-----BEGIN(?:${SPACE}[A-Z0-9]+){0,4}${SPACE}$`);
const HEADER = 64;
/** A line break as it is, or as JSON writes it, once or several times over; also one behind a backslash. */
const BREAK = String.raw`\s|\\+[nrt\s]`;
/** A quote that ends no string of JSON: of an odd number of backslashes the last one is its own. */
const QUOTE = String.raw`(?:["'\`]|\\(?:\\\\)*["'])`;
/** Between two strings that are put together, both in the same quotes: between two of JSON stands a comma. */
const JOINED = String.raw`(?<quote>${QUOTE})(?:${BREAK}){0,64}(?:[+.&](?:${BREAK}){0,64}|(?<=[\snrt]))\k<quote>`;
/**
 * All up to the next five dashes, also of lines that are quoted, commented or encoded. Nothing in it can leave the text of a
 * string of JSON.
 */
const BODY = new RegExp(
  String.raw`PRIVATE${SPACE}KEY(?:${SPACE}BLOCK)?-----((?:${BREAK}|${JOINED}|[A-Za-z0-9+/=:,.()_<>|#*;%&!~]|-(?!----))*)`,
  'y',
);
const END = new RegExp(
  String.raw`-{5,7}END(?:${SPACE}[A-Z0-9]+){0,4}${SPACE}PRIVATE${SPACE}KEY(?:${SPACE}BLOCK)?-----`,
  'y',
);
const LINES = new RegExp(
  String.raw`(?:${BREAK}|${JOINED}|[>|#*;+]|/(?=/)|(?<=/)/|<br ?/?>|%(?:25)*[0-9A-F]{2}|-(?!----)|[A-Za-z0-9+/=]{20,})*`,
  'y',
);
const KEY_LIKE = /[A-Za-z0-9+/=%]{20}/;

/** The private keys (PEM, OpenPGP) of a text or of JSON; also those without an end, but none that is only spoken of. */
export function privateKeysIn(text: string, found: FoundSecret[]): void {
  for (let at = text.indexOf(MARK); at >= 0;) {
    const head = BEGIN.exec(text.slice(Math.max(0, at - HEADER), at))?.[0];
    const end = head === undefined ? undefined : endOf(text, at);
    if (end !== undefined) found.push({ kind: 'private-key', start: at - head!.length, end });
    at = text.indexOf(MARK, end ?? at + MARK.length);
  }
}

function endOf(text: string, at: number): number | undefined {
  BODY.lastIndex = at;
  const body = BODY.exec(text)?.[1];
  if (body === undefined || !KEY_LIKE.test(body)) return undefined;
  END.lastIndex = BODY.lastIndex;
  if (END.test(text)) return END.lastIndex;
  // Cut off: what goes on like a key is one, and the prose behind it is not.
  LINES.lastIndex = BODY.lastIndex - body.length;
  return LINES.test(text) ? LINES.lastIndex : undefined;
}
