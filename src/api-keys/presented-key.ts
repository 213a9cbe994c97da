import type { CallerRequest } from '../access/caller.js';
import { keyPattern } from './key-format.js';

export type PresentedKey = { kind: 'none' } | { kind: 'malformed' } | { kind: 'key'; key: string };

const BEARER = /^Bearer +([^\s,]+) *$/i;
const QUERY_NAMES = /[?&](api[_-]?key|x-api-key|access_token)=/i;

/** Takes the key from `Authorization: Bearer` or `X-API-Key`; it may stand in both only if it is the same. */
export class KeyExtractor {
  private readonly inUrl: RegExp;

  constructor(prefix: string) {
    this.inUrl = keyPattern(prefix);
  }

  extract(request: CallerRequest & { raw?: { rawHeaders: string[] } }): PresentedKey {
    // A key in a URL ends in logs and histories (RFC 6750, section 5.3): such a request is refused, not served.
    if (request.url.includes('?') && this.namesKey(request.url)) return { kind: 'malformed' };
    const { authorization, 'x-api-key': header } = request.headers;
    if (authorization === undefined && header === undefined) return { kind: 'none' };
    // Node keeps the first of several Authorization headers and drops the rest: a second one must not pass unseen.
    if (request.raw && countOf('authorization', request.raw.rawHeaders) > 1) return { kind: 'malformed' };
    const bearer = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
    if (authorization !== undefined && bearer === undefined) return { kind: 'malformed' };
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
