/** The longest id of a client that is an address. */
export const MAX_CLIENT_ID_URL = 500;

/**
 * Returns the address of the document of a client whose id is that address (draft-ietf-oauth-client-id-metadata-document): HTTPS with
 * a path, without credentials and fragment. It has one spelling, so that one client has one id.
 */
export function clientIdUrl(clientId: string): URL | undefined {
  if (!clientId.startsWith('https://') || clientId.length > MAX_CLIENT_ID_URL || !URL.canParse(clientId))
    return undefined;
  const url = new URL(clientId);
  // Dot segments, a host in capitals or the default port would have been written otherwise.
  const isPlain = url.href === clientId && url.username === '' && url.password === '';
  return isPlain && !clientId.includes('#') && url.pathname !== '/' ? url : undefined;
}
