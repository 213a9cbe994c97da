import type { CallerRequest } from '../access/caller.js';
import { keyPattern } from './key-format.js';

export type PresentedKey = { kind: 'none' } | { kind: 'malformed' } | { kind: 'key'; key: string };

const BEARER = /^Bearer +([^\s,]+) *$/i;
const QUERY_NAMES = /[?&](api[_-]?key|x-api-key|access_token)=/i;

/** Extracts the key from `Authorization: Bearer` or `X-API-Key`. Both may be present only with the same key. */
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
