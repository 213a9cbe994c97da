import { findSecrets } from './secret-finder.js';

/**
 * How much around a cut is read for the secrets that it may go through: more than the longest private key has whose issuer says
 * how long it is.
 */
export const AROUND_CUT = 8_000;

/** Where the secrets of a text stand, each with the word that tells of it. */
export const secretSpans = (text: string): { start: number; end: number }[] =>
  findSecrets(text).map(({ start, end, since = start }) => ({ start: since, end }));

/** A part of a text without a secret that one of the cuts would go through, and without the word that tells of it. */
export function spanOfWholeSecrets(text: string, from: number, to: number): { start: number; end: number } {
  const shift = Math.max(0, from - AROUND_CUT);
  let [start, end] = [from, Math.min(to, text.length)];
  for (const secret of secretSpans(text.slice(shift, end + AROUND_CUT))) {
    const [first, behind] = [secret.start + shift, secret.end + shift];
    if (first < from && behind > from) start = behind;
    if (first < to && behind > to) end = Math.min(end, first);
  }
  return { start, end: Math.max(start, end) };
}
