import { type Result, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { DirectRoute } from './direct-route.js';
import { SERVER_INFO } from './server-info.js';

const META = { [SERVER_INFO_META_KEY]: SERVER_INFO };
const COMPLETE = { resultType: 'complete' };
/** What one caller sees is not for others, and may change with its scopes. */
const CACHE = { ttlMs: 0, cacheScope: 'private' };

/** The members that the revision 2026-07-28 adds to a list, as JSON without the braces. */
export const MODERN_LIST = JSON.stringify({ ...COMPLETE, ...CACHE, _meta: META }).slice(1, -1);

/** What that revision adds to a result. */
export const modernResult = (method: DirectRoute['method'], result: Result) => ({
  ...(method === 'resources/read' && CACHE),
  ...result,
  ...COMPLETE,
  _meta: { ...result._meta, ...META },
});
