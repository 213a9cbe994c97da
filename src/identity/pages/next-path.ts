import { isPlainText } from '../../validation/plain-text.js';

/** What a client asks for by OAuth is in the address. */
const MAX_LENGTH = 8_000;
/** Stands for the service's own origin, whatever that is. */
const OWN = 'http://own.invalid';

/**
 * Returns a path of the service itself that a person is led to after signing in, and nothing for anything else: a whole
 * address, or a path that browsers read as one (`//host`, `/\host`), would lead people who trust this page elsewhere.
 */
export function nextPath(next: string | undefined): string | undefined {
  if (next === undefined || next.length > MAX_LENGTH || !isPlainText(next)) return undefined;
  if (!/^\/(?![/\\])/.test(next) || /[\p{Cc}\\]/u.test(next)) return undefined;
  if (!URL.canParse(next, OWN)) return undefined;
  const { origin, pathname, search, hash } = new URL(next, OWN);
  // Dots in a path may leave two slashes at its start.
  return origin === OWN && !pathname.startsWith('//') ? pathname + search + hash : undefined;
}
