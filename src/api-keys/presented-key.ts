import type { CallerRequest } from '../access/caller.js';
import type { PresentedToken } from '../access/token-check.js';
import { keyPattern } from './key-format.js';

export type PresentedKey =
  | { kind: 'none' }
  | { kind: 'malformed' }
  | { kind: 'key'; key: string }
  | ({ kind: 'token' } & PresentedToken);

const BEARER = /^(Bearer|DPoP) +([^\s,]+) *$/i;
/** A signed JWT has three parts. No key has a dot. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const QUERY_NAMES = /[?&](api[_-]?key|x-api-key|access_token)=/i;

/**
 * Extracts the key from `Authorization: Bearer` or `X-API-Key`. Both may be present only with the same key. An OAuth token is in
 * `Authorization` alone.
 */
export class KeyExtractor {
  private readonly inUrl: RegExp;

  constructor(prefix: string) {
    this.inUrl = keyPattern(prefix);
  }

  extract(request: CallerRequest & { raw?: { rawHeaders: string[] } }): PresentedKey {
    // Logs and histories record a key in a URL (RFC 6750, section 5.3), so such a request is refused.
    if (request.url.includes('?') && this.namesKey(request.url)) return { kind: 'malformed' };
    const { authorization, 'x-api-key': header } = request.headers;
    if (authorization === undefined && header === undefined) return { kind: 'none' };
    // Node keeps only the first of several Authorization headers, so a second one is looked for in the raw headers.
    if (request.raw && countOf('authorization', request.raw.rawHeaders) > 1) return { kind: 'malformed' };
    const [, scheme, bearer] = (typeof authorization === 'string' && BEARER.exec(authorization)) || [];
    if (bearer !== undefined && header === undefined && JWT.test(bearer))
      return { kind: 'token', scheme: scheme!.length === 4 ? 'DPoP' : 'Bearer', token: bearer };
    const isKey = scheme?.length === 6;
    if (authorization !== undefined && !isKey) return { kind: 'malformed' };
    if (header !== undefined && (typeof header !== 'string' || header === '')) return { kind: 'malformed' };
    const key = bearer ?? header;
    if (key === undefined || (header !== undefined && header !== key)) return { kind: 'malformed' };
    return { kind: 'key', key };
  }

  private namesKey(url: string): boolean {
    const text = decoded(url);
    return QUERY_NAMES.test(text) || this.inUrl.test(text);
  }
}

function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

function countOf(name: string, rawHeaders: string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === name) count++;
  return count;
}
