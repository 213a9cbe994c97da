import { type Implementation, SERVER_INFO_META_KEY } from '@modelcontextprotocol/server';
import type { DirectRoute } from './direct-route.js';
import type { SerializedResult } from '../call/results/serialized-result.js';

const COMPLETE = { resultType: 'complete' };
/** A result is for one caller only, and may change with the caller's scopes. */
const CACHE = { ttlMs: 0, cacheScope: 'private' };

const membersOf = (object: object): string => JSON.stringify(object).slice(1, -1);

/** Adds the members that the revision 2026-07-28 requires in results. They are serialized once. */
export class ModernResults {
  /** The members that are added to a list, as JSON without the braces. */
  readonly listMembers: string;
  private readonly callMembers: string;
  private readonly meta: Record<string, unknown>;

  constructor(service: Implementation) {
    this.meta = { [SERVER_INFO_META_KEY]: service };
    this.listMembers = membersOf({ ...COMPLETE, ...CACHE, _meta: this.meta });
    this.callMembers = membersOf({ ...COMPLETE, _meta: this.meta });
  }

  /** Returns the JSON of a result with the added members. */
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
