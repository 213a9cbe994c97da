import type { FoundSecret } from './found-secret.js';
import { besideWord } from './named-secrets.js';
import { privateKeysIn } from './private-keys.js';
import { SECRET_FORMATS, type SecretFormat } from './secret-formats.js';

/** Most texts have none, and share this. */
const NONE: readonly FoundSecret[] = [];
/** No secret that this knows is shorter: a text is looked at only every so many characters. */
const SHORTEST = 20;
const LETTER = 1;
/** A word ends and another begins. */
const JOINT = 2;
/** What secrets are made of, but for private keys; by the code of the character, 0 for all others. */
const CLASSES = new Uint8Array(65_536);
for (const letter of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  CLASSES[letter.charCodeAt(0)] = LETTER;
for (const joint of '-_.~+/=%') CLASSES[joint.charCodeAt(0)] = JOINT;

const BACKSLASH = 92;
const TILDE = 126;
const UNICODE_ESCAPE = /^u[0-9a-f]{4}$/i;
const PREFIX = /[a-z][a-z0-9_]{0,31}_$/;
const AZURE_START = /^[\w.]{3}\dQ$/;
const AZURE_REST = /[\w~.-]{31,34}(?![\w~.-])/y;

const OWN_LENGTH = 49;
/** How much of a run is looked at word by word before it is asked whether it is a blob. */
const MOST_WORDS = 512;
/** How far back what goes before a head is looked for. */
const NEAR = 16;
const NOTHING = [''] as const;

/** What is longer and has no other joints is the text of bytes: an image, a file. */
const BLOB = /[0-9A-Za-z+/=]{512,}/y;

type HeadFormat = SecretFormat & { head: string };

/** The formats by the first two characters of their heads: few words begin with those of any. */
const FORMATS = Array.from({ length: 128 * 128 }, (): HeadFormat[] | undefined => undefined);
const pairAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127);
for (const format of SECRET_FORMATS)
  for (const head of format.heads) (FORMATS[pairAt(head, 0)] ??= []).push({ ...format, head });

/**
 * Finds secrets by the forms that their issuers give them: in a text, or in JSON, whose escapes are no part of them. It takes
 * time in proportion to the text, whatever the text is; of prose it looks at little more than every 20th character.
 *
 * @example `findSecrets('key AKIA...')` is `[{ kind: 'aws-access-key', start: 4, end: 24 }]`
 * @returns in the order of the text, none within another
 */
export function findSecrets(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  if (text.includes('PRIVATE KEY')) privateKeysIn(text, found);
  const { length } = text;
  for (let at = SHORTEST - 1; at < length;) {
    if (CLASSES[text.charCodeAt(at)] === 0) {
      at += SHORTEST;
      continue;
    }
    let start = at;
    while (start > 0 && CLASSES[text.charCodeAt(start - 1)] !== 0) start--;
    at = searchRun(text, start, found) + SHORTEST;
  }
  return found.length > 0 ? inOrder(found) : NONE;
}

function inOrder(found: FoundSecret[]): FoundSecret[] {
  let end = 0;
  return found
    .sort((a, b) => a.start - b.start)
    .filter((secret) => {
      if (secret.start < end) return false;
      end = secret.end;
      return true;
    });
}

/**
 * Looks at a run of characters that secrets are made of, word by word.
 * @returns where it ends
 */
function searchRun(text: string, from: number, found: FoundSecret[]): number {
  const { length } = text;
  const before = found.length;
  const start = from + escapeAt(text, from);
  let done = start;
  let at = start;
  let looked = start;
  for (;;) {
    if (at >= looked && at - start > MOST_WORDS) [at, looked] = behindBlob(text, at);
    const word = at;
    // Nothing is read behind the end: there a text has NaN for a code, which would slow every look-up from then on.
    if (word >= done && word + 1 < length) {
      const formats = FORMATS[pairAt(text, word)];
      if (formats) done = formattedAt(text, start, word, formats, found) ?? done;
    }
    while (at < length && CLASSES[text.charCodeAt(at)] === LETTER) at++;
    if (at - word === OWN_LENGTH && word >= done) ownKeyAt(text, word, at, found);
    const joint = at < length ? text.charCodeAt(at) : 0;
    if (joint === TILDE && at >= done) done = azureSecretAt(text, at, found) ?? done;
    if (CLASSES[joint] !== JOINT) break;
    at++;
  }
  if (found.length === before && at - start >= SHORTEST) besideWord(text, start, at, found);
  return at;
}

/**
 * The middle of a blob holds no secret that could be read there, and it is long: it is passed over, but for its last word,
 * behind which the run may go on.
 * @returns where to go on, and from where on a blob may begin again
 */
function behindBlob(text: string, at: number): [word: number, looked: number] {
  BLOB.lastIndex = at;
  if (!BLOB.test(text)) return [at, at + MOST_WORDS];
  const end = BLOB.lastIndex;
  let word = end;
  while (word > at && CLASSES[text.charCodeAt(word - 1)] === LETTER) word--;
  return [word, end];
}

/** How many characters at the start of a run belong to an escape of JSON: of the `n` of a line break one. */
function escapeAt(text: string, from: number): number {
  if (from === 0 || text.charCodeAt(from - 1) !== BACKSLASH) return 0;
  return UNICODE_ESCAPE.test(text.slice(from, from + 5)) ? 5 : 1;
}

/** @param start of the run @returns where the secret ends that begins with this word */
function formattedAt(
  text: string,
  start: number,
  at: number,
  formats: readonly HeadFormat[],
  found: FoundSecret[],
): number | undefined {
  for (const { head, kind, body, before } of formats) {
    if (!text.startsWith(head, at)) continue;
    const led = before ? before.exec(text.slice(Math.max(start, at - NEAR), at)) : NOTHING;
    body.lastIndex = at + head.length;
    if (!led || !body.test(text)) continue;
    found.push({ kind, start: at - led[0].length, end: body.lastIndex });
    return body.lastIndex;
  }
  return undefined;
}

/** This project's own keys: 43 random characters and a checksum of 6, behind a prefix of one's choice. */
function ownKeyAt(text: string, word: number, end: number, found: FoundSecret[]): void {
  const prefix = PREFIX.exec(text.slice(Math.max(0, word - 33), word))?.[0];
  if (prefix) found.push({ kind: 'api-key', start: word - prefix.length, end });
}

/** The only ones that are known by their middle: the sixth character. */
function azureSecretAt(text: string, tilde: number, found: FoundSecret[]): number | undefined {
  if (!AZURE_START.test(text.slice(Math.max(0, tilde - 5), tilde))) return undefined;
  AZURE_REST.lastIndex = tilde + 1;
  if (!AZURE_REST.test(text)) return undefined;
  found.push({ kind: 'azure-client-secret', start: tilde - 5, end: AZURE_REST.lastIndex });
  return AZURE_REST.lastIndex;
}
