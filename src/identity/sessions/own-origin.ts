import type { CallerRequest } from '../../access/caller.js';
import type { Settings } from '../../config/settings.js';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Returns whether a request changes nothing, by its method. */
export const isRead = (method: string): boolean => READS.has(method);

/**
 * Returns whether a page of the service itself sent the request. Browsers send `Origin` with each change, and pages cannot
 * set it or `Sec-Fetch-Site` themselves. Without PUBLIC_URL the request's own Host is compared, which the gate has
 * checked and which a browser takes from the address that it sends the cookie to.
 */
export function isFromOwnPage(
  { headers }: Pick<CallerRequest, 'headers'>,
  { publicUrl, tls }: Pick<Settings, 'publicUrl' | 'tls'>,
): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return headers['sec-fetch-site'] === 'same-origin';
  const own =
    publicUrl === undefined ? `${tls ? 'https' : 'http'}://${String(host)}` : new URL(publicUrl).origin;
  return origin === own;
}
