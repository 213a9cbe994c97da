import type { FoundSecret } from './found-secret.js';

const MARK = 'PRIVATE KEY';
const BEGIN = /-----BEGIN [A-Z0-9 ]{0,32}$/;
const HEADER = 48;
/** A line break as it is, or as JSON writes it, once or several times over. */
const BREAK = String.raw`\s|\\+[nrt]`;
/** All up to the next five dashes. Nothing in it can leave the text of a string of JSON. */
const BODY = new RegExp(
  String.raw`PRIVATE KEY(?: BLOCK)?-----((?:${BREAK}|[A-Za-z0-9+/=:,.()_]|-(?!----))*)`,
  'y',
);
const END = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/y;
const LINES = new RegExp(String.raw`(?:${BREAK}|[A-Za-z0-9+/=]{20,})*`, 'y');
const KEY_LIKE = /[A-Za-z0-9+/=]{20}/;

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
