import { DAY_MS } from './key-life.js';

/** How many days before its end a key's owner and its callers are warned. */
export const WARNING_DAYS = 7;

const WARNING_MS = WARNING_DAYS * DAY_MS;

/**
 * The response header `X-API-Key-Expires`: when the key of the request ends (RFC 3339, UTC, such as
 * `2027-03-01T12:00:00.000Z`). In a key's last 7 days it is on every answer to that key, on REST and on `/mcp`, on
 * refusals too; before, it is never there. A 401 and the 429 for failed keys do not have it: they do not tell whether
 * there is such a key. Not `Sunset` (RFC 8594): that speaks of the resource.
 */
export const expiryWarning = (expiresAt: Date | null): Record<string, string> | undefined =>
  expiresAt !== null && expiresAt.getTime() - Date.now() <= WARNING_MS
    ? { 'X-API-Key-Expires': expiresAt.toISOString() }
    : undefined;
