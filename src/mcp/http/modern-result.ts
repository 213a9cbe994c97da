import { type Implementation, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { DirectRoute } from './direct-route.js';
import type { SerializedResult } from '../call/results/serialized-result.js';

const COMPLETE = { resultType: 'complete' };
/** What one caller sees is not for others, and may change with its scopes. */
const CACHE = { ttlMs: 0, cacheScope: 'private' };

const membersOf = (object: object): string => JSON.stringify(object).slice(1, -1);

/** What the revision 2026-07-28 adds to results; made once for a service. */
export class ModernResults {
  /** The members that it adds to a list, as JSON without the braces. */
  readonly listMembers: string;
  private readonly callMembers: string;
  private readonly meta: Record<string, unknown>;

  constructor(service: Implementation) {
    this.meta = { [SERVER_INFO_META_KEY]: service };
    this.listMembers = membersOf({ ...COMPLETE, ...CACHE, _meta: this.meta });
    this.callMembers = membersOf({ ...COMPLETE, _meta: this.meta });
  }

  /** The JSON of a result with what the revision adds to it. */
  jsonOf(method: DirectRoute['method'], made: SerializedResult): string {
    const isRead = method === 'resources/read';
    if (!made.isWhole) return `${made.json.slice(0, -1)},${isRead ? this.listMembers : this.callMembers}}`;
    const result = made.parsed();
    return JSON.stringify({
      ...(isRead && CACHE),
      ...result,
      ...COMPLETE,
      _meta: { ...result._meta, ...this.meta },
    });
  }
}
