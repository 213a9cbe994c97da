import type { FoundSecret } from './found-secret.js';
import { besideWord } from './named-secrets.js';
import { privateKeysIn } from './private-keys.js';
import { SECRET_FORMATS, type SecretFormat } from './secret-formats.js';

/** Most texts have none, and share this. */
const NONE: readonly FoundSecret[] = [];
/** No secret that this knows is shorter: a text is looked at only every so many characters. */
const SHORTEST = 20;
/** No format matches in a shorter run, so the words of prose are not compared with any. */
const SHORTEST_RUN = 16;
const LETTER = 1;
/** A word ends and another begins. */
const JOINT = 2;
/** What secrets are made of, but for private keys; by the code of the character, 0 for all others. */
const CLASSES = new Uint8Array(65_536);
for (const letter of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')
  CLASSES[letter.charCodeAt(0)] = LETTER;
for (const joint of '-_.~+/=%') CLASSES[joint.charCodeAt(0)] = JOINT;

const BACKSLASH = 92;
const PERCENT = 37;
const EQUALS = 61;
const UNDERSCORE = 95;
const TILDE = 126;
/** What stands behind a backslash for another character, in JSON and in the languages that have more escapes than it. */
const ESCAPE = /u[0-9a-f]{4}|x[0-9a-f]{2}|[0-7]{3}|[bfnrtv0]/iy;
/** What stands behind `%` (or `=`, in a mail) for another character; `25` is a `%` that was encoded itself. */
const ENCODED = /(?:25){0,4}[0-9a-f]{2}/iy;
const PREFIX = /[a-z][a-z0-9_]{0,31}_$/;
const AZURE_START = /^[\w.]{3}\dQ$/;
const AZURE_REST = /[\w~.-]{31,34}(?![\w~.-])/y;

const OWN_LENGTH = 49;
/** With more letters behind it, a key is known by their mixture: a digest that has a name is of one case. */
const MOST_OWN = 64;
const MIXED = /^(?=.*\d)(?=.*[a-z]).*[A-Z]/;
/** How much of a run is looked at word by word before it is asked whether it is a blob. */
const MOST_WORDS = 512;
/** How far back what goes before a head is looked for. */
const NEAR = 16;
const NOTHING = [''] as const;

/** What is longer and has no other joints is the text of bytes: an image, a file. */
const BLOB = /[0-9A-Za-z+/=]{512,}/y;

type HeadFormat = SecretFormat & { head: string };

interface Search {
  readonly text: string;
  readonly found: FoundSecret[];
  /** Where the last secret ends: none begins within another. */
  done: number;
  /** Up to where a body has run that then failed: it would fail from every head on its way. */
  failed: number;
}

/** The formats by the first two characters of their heads: few words begin with those of any. */
const FORMATS = Array.from({ length: 128 * 128 }, (): HeadFormat[] | undefined => undefined);
/** The first letters of the heads that can stand within a word, because no joint is in them. */
const FIRST = new Uint8Array(128);
const pairAt = (text: string, at: number): number =>
  ((text.charCodeAt(at) & 127) << 7) | (text.charCodeAt(at + 1) & 127);
for (const format of SECRET_FORMATS)
  for (const head of format.heads) {
    (FORMATS[pairAt(head, 0)] ??= []).push({ ...format, head });
    if (/^[0-9A-Za-z]+$/.test(head)) FIRST[head.charCodeAt(0)] = 1;
  }

/**
 * Finds secrets by the forms that their issuers give them: in a text, or in JSON, whose escapes are no part of them. It takes
 * time in proportion to the text, whatever the text is; of prose it looks at little more than every 20th character.
 *
 * @example `findSecrets('key AKIA...')` is `[{ kind: 'aws-access-key', start: 4, end: 24 }]`
 * @returns in the order of the text, none within another
 */
export function findSecrets(text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  if (text.includes('PRIVATE')) privateKeysIn(text, found);
  const search: Search = { text, found, done: 0, failed: 0 };
  const { length } = text;
  for (let at = SHORTEST - 1; at < length;) {
    if (CLASSES[text.charCodeAt(at)] === 0) {
      at += SHORTEST;
      continue;
    }
    let start = at;
    while (start > 0 && CLASSES[text.charCodeAt(start - 1)] !== 0) start--;
    let end = at + 1;
    while (end < length && CLASSES[text.charCodeAt(end)] !== 0) end++;
    at = (end - start < SHORTEST_RUN ? end : searchRun(search, start)) + SHORTEST;
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
function searchRun(search: Search, from: number): number {
  const { text, found } = search;
  const { length } = text;
  const before = found.length;
  const start = from + escapeAt(text, from);
  let at = start;
  let looked = start;
  for (;;) {
    if (at >= looked && at - start > MOST_WORDS) [at, looked] = behindBlob(text, at);
    const word = at;
    // Nothing is read behind the end: there a text has NaN for a code, which would slow every look-up from then on.
    if (word >= search.done && word + 1 < length) {
      const formats = FORMATS[pairAt(text, word)];
      if (formats) formattedAt(search, start, word, formats);
    }
    while (at < length && CLASSES[text.charCodeAt(at)] === LETTER) at++;
    if (at - word >= SHORTEST && word >= search.done) withinWord(search, start, word, at);
    const joint = at < length ? text.charCodeAt(at) : 0;
    if (joint === TILDE && at >= search.done) azureSecretAt(search, at);
    if (CLASSES[joint] !== JOINT) break;
    at++;
    if (joint === PERCENT || joint === EQUALS) behindEncoded(search, start, at);
  }
  if (found.length === before && at - start >= SHORTEST) besideWord(text, start, at, found);
  return at;
}

/** Most words are looked at by their start alone; one that has room for a secret behind its start is looked at as a whole. */
function withinWord(search: Search, start: number, word: number, end: number): void {
  if (end - word >= OWN_LENGTH) ownKeyAt(search, word, end);
  const { text } = search;
  for (let at = word + 1; at < end - 1; at++) if (FIRST[text.charCodeAt(at)] !== 0) headAt(search, start, at);
}

/** The last characters of an encoded one melt with the word behind them. */
function behindEncoded(search: Search, start: number, at: number): void {
  ENCODED.lastIndex = at;
  if (!ENCODED.test(search.text)) return;
  const end = ENCODED.lastIndex;
  for (let word = at + 2; word <= end; word += 2) headAt(search, start, word);
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

/** How many characters at the start of a run belong to an escape: of the `n` of a line break one. */
function escapeAt(text: string, from: number): number {
  if (from === 0 || text.charCodeAt(from - 1) !== BACKSLASH) return 0;
  ESCAPE.lastIndex = from;
  return ESCAPE.test(text) ? ESCAPE.lastIndex - from : 0;
}

/** @param start of the run @param at where a secret may begin with its head */
function headAt(search: Search, start: number, at: number): void {
  if (at < search.done || at + 1 >= search.text.length) return;
  const formats = FORMATS[pairAt(search.text, at)];
  if (formats) formattedAt(search, start, at, formats);
}

function formattedAt(search: Search, start: number, at: number, formats: readonly HeadFormat[]): void {
  const { text } = search;
  for (const { head, kind, body, before, overruns } of formats) {
    if ((overruns && at < search.failed) || !text.startsWith(head, at)) continue;
    const led = before ? before.exec(text.slice(Math.max(start, at - NEAR), at)) : NOTHING;
    body.lastIndex = at + head.length;
    if (led && body.test(text)) return add(search, kind, at - led[0].length, body.lastIndex);
    if (!overruns) continue;
    overruns.lastIndex = at;
    overruns.test(text);
    search.failed = overruns.lastIndex;
  }
}

/** This project's own keys: 43 random characters and a checksum of 6, behind a prefix of one's choice. */
function ownKeyAt(search: Search, word: number, end: number): void {
  const { text } = search;
  if (end - word > MOST_OWN || text.charCodeAt(word - 1) !== UNDERSCORE) return;
  const prefix = PREFIX.exec(text.slice(Math.max(0, word - 33), word))?.[0];
  if (prefix && (end - word === OWN_LENGTH || MIXED.test(text.slice(word, end))))
    add(search, 'api-key', word - prefix.length, end);
}

/** The only ones that are known by their middle: the sixth character. */
function azureSecretAt(search: Search, tilde: number): void {
  const { text } = search;
  if (!AZURE_START.test(text.slice(Math.max(0, tilde - 5), tilde))) return;
  AZURE_REST.lastIndex = tilde + 1;
  if (AZURE_REST.test(text)) add(search, 'azure-client-secret', tilde - 5, AZURE_REST.lastIndex);
}

function add(search: Search, kind: string, start: number, end: number): void {
  search.found.push({ kind, start, end });
  search.done = end;
}
