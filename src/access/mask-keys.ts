const MAY_BE_KEY = /([a-z][a-z0-9_]{0,31}_[0-9A-Za-z]{4})[0-9A-Za-z]{20,}/g;
/** What is left of one at the end of a text that was cut: however little, it is part of a secret. */
const MAY_BE_CUT_KEY = /([a-z][a-z0-9_]{0,31}_[0-9A-Za-z]{4})[0-9A-Za-z]+$/;
const SHORTEST = 26;

/**
 * A text for an audit row or an error, with what looks like an API key cut to its start, whatever its prefix. For texts whose
 * length is bounded; of others, see {@link maskedStart}.
 */
export const maskKeys = (text: string): string =>
  text.length < SHORTEST ? text : text.replace(MAY_BE_KEY, '$1...');

/**
 * The first `most` characters of a text, masked as {@link maskKeys} does. It is cut before it is looked at, so that a
 * text costs no more than what is kept of it; a key that the cut goes through does not show either.
 */
export function maskedStart(text: string, most: number): string {
  if (text.length <= most) return maskKeys(text);
  return maskKeys(text.slice(0, most)).replace(MAY_BE_CUT_KEY, '$1...').slice(0, most);
}
