import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { CallerRequest } from '../../access/caller.js';
import type { ScopeSet } from '../../access/scope-set.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { McpRegistry } from './mcp-registry.js';
import type { PrimitiveKind, Registered } from '../definitions/primitive.js';
import type { PrimitiveSet } from './primitive-set.js';

export type ListMethod = 'tools/list' | 'resources/list' | 'resources/templates/list' | 'prompts/list';

interface List {
  /** The member of the result that holds the list. */
  plural: string;
  set: PrimitiveSet<PrimitiveKind>;
}

/** Lists the handlers that each caller may use, ordered by name. Each page is serialized once per set of scopes. */
@Injectable()
export class ListPages {
  private readonly lists: Record<ListMethod, List>;
  private readonly pages = new LRUCache<ScopeSet, Map<string, Buffer>>({ max: 1_000 });

  constructor(
    registry: McpRegistry,
    @InjectSettings() private readonly settings: Settings,
  ) {
    registry.changes.subscribe(() => this.pages.clear());
    const list = (plural: string, set: PrimitiveSet<never>) => ({ plural, set: set as List['set'] });
    this.lists = {
      'tools/list': list('tools', registry.tools as never),
      'resources/list': list('resources', registry.resources as never),
      'resources/templates/list': list('resourceTemplates', registry.templates as never),
      'prompts/list': list('prompts', registry.prompts as never),
    };
  }

  /**
   * @returns the members of the result as JSON without the braces, in the bytes that are sent; nothing for a cursor
   * that no page returned
   */
  membersJson(method: ListMethod, cursor: string | undefined, request: CallerRequest): Buffer | undefined {
    const { scopes } = request.user!;
    let pages = this.pages.get(scopes);
    if (!pages) this.pages.set(scopes, (pages = new Map<string, Buffer>()));
    const key = cursor === undefined ? method : `${method} ${cursor}`;
    const known = pages.get(key);
    if (known) return known;
    const json = this.make(this.lists[method], cursor, request);
    if (json === undefined) return undefined;
    const bytes = Buffer.from(json);
    pages.set(key, bytes);
    return bytes;
  }

  private make(
    { plural, set }: List,
    cursor: string | undefined,
    { user }: CallerRequest,
  ): string | undefined {
    const allowed = set.allowedFor(user);
    const start = cursor === undefined ? 0 : 1 + allowed.findIndex((entry) => cursorOf(entry) === cursor);
    if (cursor !== undefined && start === 0) return undefined;
    const end = start + this.settings.mcp.pageSize;
    const page = allowed.slice(start, end);
    const next = end < allowed.length ? `,"nextCursor":"${cursorOf(page.at(-1)!)}"` : '';
    return `"${plural}":${JSON.stringify(page.map(({ definition }) => definition))}${next}`;
  }
}

/** Names an entry as a cursor. The next page begins after that entry. */
const cursorOf = ({ name }: Registered): string => Buffer.from(name).toString('base64url');
