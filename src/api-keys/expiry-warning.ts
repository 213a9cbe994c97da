import { DAY_MS } from './key-life.js';

/** A key's owner and its callers are warned this many days before it expires. */
export const WARNING_DAYS = 7;

const WARNING_MS = WARNING_DAYS * DAY_MS;

/**
 * Returns the response header `X-API-Key-Expires`: when the key of the request expires (RFC 3339, UTC, such as
 * `2027-03-01T12:00:00.000Z`). In the last 7 days of a key, every response to it has the header, on REST and on
 * `/mcp`, errors included. A 401 and the 429 for failed keys lack it, because they do not reveal whether the key
 * exists. `Sunset` (RFC 8594) would not fit, because it describes the resource.
 */
export const expiryWarning = (expiresAt: Date | null): Record<string, string> | undefined =>
  expiresAt !== null && expiresAt.getTime() - Date.now() <= WARNING_MS
    ? { 'X-API-Key-Expires': expiresAt.toISOString() }
    : undefined;
