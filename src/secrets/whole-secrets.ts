import { findSecrets } from './secret-finder.js';

/**
 * How much around a cut is read for the secrets that it may go through: more than the longest private key has whose issuer says
 * how long it is.
 */
export const AROUND_CUT = 8_000;

/** The first `most` characters of a text; a secret that the cut would go through is left out, with the word that tells of it. */
export function startOfWholeSecrets(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = findSecrets(text.slice(0, most + AROUND_CUT)).find(({ end }) => end > most);
  return text.slice(0, Math.min(most, cut?.since ?? cut?.start ?? most));
}
