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

/**
 * Returns why a client may not have its codes sent to an address (RFC 8252, section 7). The rules are those of the library for clients
 * that register, and hold for every client, whoever made it.
 */
export function redirectIssueOf(uri: string): string | undefined {
  if (KNOWN_PRIVATE_REDIRECTS.has(uri)) return undefined;
  if (!URL.canParse(uri)) return 'is no absolute address';
  if (uri.includes('#')) return 'has a fragment';
  const { protocol, username, password, hostname } = new URL(uri);
  if (username !== '' || password !== '') return 'has a name or a password';
  if (protocol === 'http:') return LOOPBACK.test(uri) ? undefined : 'is not HTTPS';
  if (protocol !== 'https:')
    return REVERSE_DOMAIN.test(uri)
      ? undefined
      : `cannot begin with ${protocol}, which is no domain backwards`;
  if (!uri.startsWith('https://')) return 'is no absolute address';
  return LOOPBACK_HOST.test(hostname) ? 'is this machine, which is reached by HTTP' : undefined;
}

/** Returns whether a client may have its codes sent to an address. */
export const isRedirectUri = (uri: string): boolean => redirectIssueOf(uri) === undefined;

/** Returns whether a client runs on a person's machine, by where it is answered. */
export const isNative = (uris: readonly string[]): boolean => uris.some((uri) => !uri.startsWith('https:'));
