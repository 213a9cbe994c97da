import { createHash } from 'node:crypto';
import type { FoundSecret } from '../../secrets/found-secret.js';
import { maskSecrets } from '../../secrets/mask-secrets.js';
import { findSecrets } from '../../secrets/secret-finder.js';
import type { Word } from './words.js';

/** What is known of the secrets among the words of a text. */
export interface SecretWords {
  /** For each word whether it is a part of a secret, or of what tells of one; empty if none is. */
  isSecret: readonly boolean[];
  /**
   * For each word whether no search finds it. The parts of a secret are short, since it is cut where small letters meet large ones:
   * somebody who sees a secret masked would find them out one by one.
   */
  isHidden: readonly boolean[];
  /** The secrets as whole words, with the numbers of their first words. */
  wholes: readonly { text: string; at: number }[];
}

/** A secret is found only as a whole, by this word. */
const wordOf = (secret: string): string =>
  `secret${createHash('sha256').update(secret).digest('hex').slice(0, 32)}`;

/** The issuer's name at the start of a secret. */
const ISSUER = /^[A-Za-z]{2,10}[_-]/;
const WITHOUT_ISSUER = new Set(['jwt', 'bearer-token', 'basic-credentials', 'aws-secret-key']);
const KEY_BEGINS = /^-----BEGIN[^\n]{0,80}?KEY(?: BLOCK)?-----/;
const KEY_ENDS = /-----END[^\n]{0,80}$/;

/** How many characters at the start and at the end of a secret say only what it is. */
function openEnds(kind: string, secret: string): [start: number, end: number] {
  if (kind === 'private-key')
    return [KEY_BEGINS.exec(secret)?.[0].length ?? 0, KEY_ENDS.exec(secret.slice(-100))?.[0].length ?? 0];
  if (kind === 'api-key') return [secret.lastIndexOf('_') + 1, 0];
  return [WITHOUT_ISSUER.has(kind) ? 0 : (ISSUER.exec(secret)?.[0].length ?? 0), 0];
}

/** Most texts have none, and share this. */
const NONE: SecretWords = { isSecret: [], isHidden: [], wholes: [] };

/** Looks for secrets in a text that was cut into words. */
export function secretWordsOf(text: string, words: readonly Word[]): SecretWords {
  const found = findSecrets(text);
  if (found.length === 0) return NONE;
  const isSecret = words.map(() => false);
  const isHidden = words.map(() => false);
  const wholes: SecretWords['wholes'][number][] = [];
  let number = 0;
  for (const { kind, start, end, since = start } of found) {
    const secret = text.slice(start, end);
    const [open, openEnd] = openEnds(kind, secret);
    while (number < words.length && words[number]!.end <= since) number++;
    let first: number | undefined;
    for (let at = number; at < words.length && words[at]!.start < end; at++) {
      isSecret[at] = true;
      if (words[at]!.end <= start) continue;
      first ??= at;
      isHidden[at] = words[at]!.end > start + open && words[at]!.start < end - openEnd;
    }
    if (first !== undefined) wholes.push({ text: wordOf(secret), at: first });
  }
  return { isSecret, isHidden, wholes };
}

/** A query with a word in place of each secret. */
export interface WithoutSecrets {
  query: string;
  /** By each of the words, how the secret is shown. */
  masks: ReadonlyMap<string, string>;
}

/** Replaces the secrets of a query by the words by which the index knows them. */
export function withoutSecrets(query: string): WithoutSecrets {
  const found: readonly FoundSecret[] = findSecrets(query);
  if (found.length === 0) return { query, masks: new Map() };
  const masks = new Map<string, string>();
  let [rest, from] = ['', 0];
  for (const { start, end } of found) {
    const secret = query.slice(start, end);
    masks.set(wordOf(secret), maskSecrets(secret));
    const before = query.slice(from, start);
    rest += `${before}${LETTER_AT_END.test(before) ? ' ' : ''}${wordOf(secret)}`;
    from = end;
    if (LETTER_AT_START.test(query.slice(end, end + 2))) rest += ' ';
  }
  return { query: rest + query.slice(from), masks };
}

const LETTER_AT_END = /[\p{L}\p{N}]$/u;
const LETTER_AT_START = /^[\p{L}\p{N}]/u;
