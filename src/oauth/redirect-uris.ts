/**
 * The redirects of known programs that have a scheme of their own, which is no name of a domain as RFC 8252 (section 7.1) asks. They
 * are taken exactly as they are. PKCE, which every client uses here, makes a code worthless to another program with the scheme.
 */
export const KNOWN_PRIVATE_REDIRECTS: ReadonlySet<string> = new Set([
  // Cursor registers it beside an HTTPS and a loopback one, and is refused altogether when one of them is.
  'cursor://anysphere.cursor-mcp/oauth/callback',
]);

const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:[/?]|$)/;
/** The name of a domain, backwards, and a path (RFC 8252, section 7.1). */
const REVERSE_DOMAIN = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:\/(?!\/)/;
const LOOPBACK_HOST = /^(?:localhost\.*|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Returns whether a client may have its codes sent to a place. The rules are those of the library for clients that register. */
export function isRedirectUri(uri: string): boolean {
  if (KNOWN_PRIVATE_REDIRECTS.has(uri)) return true;
  if (!URL.canParse(uri) || uri.includes('#')) return false;
  const { protocol, username, password, hostname } = new URL(uri);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return uri.startsWith('https://') && !LOOPBACK_HOST.test(hostname);
  return protocol === 'http:' ? LOOPBACK.test(uri) : REVERSE_DOMAIN.test(uri);
}
