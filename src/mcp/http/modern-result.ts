import { SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { DirectRoute } from './direct-route.js';
import type { SerializedResult } from '../call/results/serialized-result.js';
import { SERVER_INFO } from '../protocol/server-info.js';

const META = { [SERVER_INFO_META_KEY]: SERVER_INFO };
const COMPLETE = { resultType: 'complete' };
/** What one caller sees is not for others, and may change with its scopes. */
const CACHE = { ttlMs: 0, cacheScope: 'private' };

const membersOf = (object: object): string => JSON.stringify(object).slice(1, -1);

/** The members that the revision 2026-07-28 adds to a list, as JSON without the braces. */
export const MODERN_LIST = membersOf({ ...COMPLETE, ...CACHE, _meta: META });
const MODERN_CALL = membersOf({ ...COMPLETE, _meta: META });

/** The JSON of a result with what that revision adds to it. */
export function modernResult(method: DirectRoute['method'], made: SerializedResult): string {
  const isRead = method === 'resources/read';
  if (!made.isWhole) return `${made.json.slice(0, -1)},${isRead ? MODERN_LIST : MODERN_CALL}}`;
  const result = made.parsed();
  return JSON.stringify({
    ...(isRead && CACHE),
    ...result,
    ...COMPLETE,
    _meta: { ...result._meta, ...META },
  });
}
