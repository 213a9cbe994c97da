import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LRUCache } from 'lru-cache';
import type { Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { KeyNotices } from './key-notices.js';

/** The number of networks that are stored for a key. The oldest is dropped first. */
const MAX_KEPT = 50;
/** The number of keys whose networks are cached, at up to 2 KB each. */
const MAX_KEYS = 20_000;

/** Describes a locked row as the statement below returns it. */
type UsedKey = Pick<ApiKey, 'id' | 'name' | 'start' | 'usedFrom'> & { email: string; owner: string };

/**
 * Records the networks that each key was used from, and notifies its owner of a new one. Of several replicas, the one
 * that stores the network notifies. The first network of a key is not reported.
 */
@Injectable()
export class KeyAddresses {
  private readonly stored = new LRUCache<string, ReadonlySet<string>>({ max: MAX_KEYS });

  constructor(
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly notices: KeyNotices,
  ) {}

  /**
   * Stores the networks that are not cached; it runs no query when all are. @param uses networks by key id, in the
   * order of their use
   */
  async remember(uses: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
    const unknown = [...uses].filter(([id, networks]) => {
      const known = this.stored.get(id);
      return known === undefined || [...networks].some((network) => !known.has(network));
    });
    if (unknown.length === 0) return;
    const stored = await this.store(new Map(unknown));
    for (const { key, added } of stored) this.stored.set(key.id, new Set(merged(key.usedFrom, added)));
    if (stored.some(({ added }) => added.length > 0)) this.notices.send();
  }

  /** @returns each key as it was, and what was added to it */
  private store(
    uses: ReadonlyMap<string, ReadonlySet<string>>,
  ): Promise<{ key: UsedKey; added: string[] }[]> {
    return this.keys.manager.transaction(async (manager) => {
      // Every statement that locks several keys locks the newest first, so that replicas cannot deadlock.
      const rows = await manager.query<UsedKey[]>(
        `SELECT k.id, k.name, k.start, k.used_from AS "usedFrom", u.email, u.name AS owner
         FROM api_keys k JOIN users u ON u.id = k.user_id
         WHERE k.id = ANY ($1::uuid[])
         ORDER BY k.id DESC
         FOR NO KEY UPDATE OF k`,
        [[...uses.keys()]],
      );
      const found = rows.map((key) => {
        const before = new Set(key.usedFrom);
        return { key, added: [...uses.get(key.id)!].filter((network) => !before.has(network)) };
      });
      const changed = found.filter(({ added }) => added.length > 0);
      if (changed.length > 0) {
        const columns = changed.map(({ key, added }) => ({ id: key.id, used: merged(key.usedFrom, added) }));
        await manager.query(
          `UPDATE api_keys k SET used_from = n.used
           FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, used text[]) WHERE k.id = n.id`,
          [JSON.stringify(columns)],
        );
      }
      for (const { key, added } of changed) {
        const news = key.usedFrom.length === 0 ? added.slice(1) : added;
        if (news.length === 0) continue;
        await this.notices.newAddress(manager, { email: key.email, name: key.owner }, key, news);
      }
      return found;
    });
  }
}

const merged = (before: string[], added: string[]): string[] => [...before, ...added].slice(-MAX_KEPT);
