const MAY_BE_KEY = /([a-z][a-z0-9_]{0,31}_[0-9A-Za-z]{4})[0-9A-Za-z]{20,}/g;
/** Matches the rest of a key at the end of a truncated text. However short, it is part of a secret. */
const MAY_BE_CUT_KEY = /([a-z][a-z0-9_]{0,31}_[0-9A-Za-z]{4})[0-9A-Za-z]+$/;
const SHORTEST = 26;

/**
 * Masks everything that looks like an API key, whatever its prefix, in a text for an audit row or an error. The text
 * must be of bounded length; {@link maskedStart} is for others.
 */
export const maskKeys = (text: string): string =>
  text.length < SHORTEST ? text : text.replace(MAY_BE_KEY, '$1...');

/**
 * Returns the first `most` characters of a text, masked like {@link maskKeys}. The text is truncated before it is
 * searched, so the cost does not depend on its length. A key that is cut in two is masked as well.
 */
export function maskedStart(text: string, most: number): string {
  if (text.length <= most) return maskKeys(text);
  return maskKeys(text.slice(0, most)).replace(MAY_BE_CUT_KEY, '$1...').slice(0, most);
}
