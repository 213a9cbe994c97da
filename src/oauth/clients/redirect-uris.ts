/** Schemes by which a browser runs or reads what is in the address, and asks no program. */
const REFUSED = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'ws:',
  'wss:',
  'ftp:',
]);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Returns why people may not be sent back to an address (RFC 8252, section 7): it is HTTPS, this machine by HTTP, or a scheme that a
 * program has registered for itself.
 */
export function redirectIssueOf(uri: string): string | undefined {
  if (!URL.canParse(uri)) return 'is no absolute address';
  const { protocol, hostname, hash, username, password } = new URL(uri);
  if (hash !== '' || uri.includes('#')) return 'has a fragment';
  if (username !== '' || password !== '') return 'has a name or a password';
  if (protocol === 'http:') return LOOPBACK.has(hostname) ? undefined : 'is not HTTPS';
  return REFUSED.has(protocol) ? `cannot begin with ${protocol}` : undefined;
}

/** Returns whether a client runs on a person's machine, by where it is answered. */
export const isNative = (uris: readonly string[]): boolean => uris.some((uri) => !uri.startsWith('https:'));
