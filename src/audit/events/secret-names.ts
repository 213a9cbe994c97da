/** Within a name, however its words are joined. */
const WITHIN =
  /pass(word|wd|phrase|code)|pwd|secret|token|authorization|bearer|cookie|credential|private|(api|access|signing|encryption)keys?$/;
/** A word of its own: within others it means nothing. */
const WORDS = new Set(['pass', 'pw', 'jwt', 'otp']);
/** Names are few; those that a caller makes up are many. */
const MOST_REMEMBERED = 2_000;
const remembered = new Map<string, boolean>();

/**
 * Whether a member is named like a secret. Names are compared in one form, so that spelling, case, plural, separators,
 * numbers at the end, full-width letters and invisible characters make no difference: `api_keys`, `X-API-Key`, `apiKey2`.
 */
export function isSecretName(name: string): boolean {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const words = wordsOf(name);
  const secret = WITHIN.test(words.join('')) || words.some((word) => WORDS.has(word));
  if (name.length <= 64 && remembered.size < MOST_REMEMBERED) remembered.set(name, secret);
  return secret;
}

/** In lower case, without what is neither letter nor digit, and without numbers at the end. */
const wordsOf = (name: string): string[] =>
  name
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Mn}]/gu, '')
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .map((word) => word.replace(/\d+$/, ''))
    .filter(Boolean);
