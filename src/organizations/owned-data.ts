import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { enterOrganization } from '../database/organization/organization-data.js';

/** Whose rows are meant: those that a principal owns in an organisation. */
export interface Owner {
  organizationId: string;
  /** `null`: everybody's in the organisation. */
  userId: string | null;
}

/** One kind of rows that have an owner. All of it runs in the transaction in which the owner leaves the organisation. */
export interface OwnedRows {
  /** The plural by which people know them, such as `documents`. */
  readonly name: string;
  /** Counts the rows. Beyond a thousand the number may be a thousand. */
  count(manager: EntityManager, owner: Owner): Promise<number>;
  /** @param to the id of another principal of the organisation */
  handOver(manager: EntityManager, owner: Owner, to: string): Promise<void>;
  remove(manager: EntityManager, owner: Owner): Promise<void>;
}

/**
 * Knows all that a principal may own in an organisation. A module whose rows have an owner registers them, so that whoever
 * leaves the organisation leaves nothing without an owner.
 *
 * @example
 * ```ts
 * constructor(owned: OwnedData) {
 *   owned.register({
 *     name: 'invoices',
 *     count: (manager, owner) => manager.countBy(Invoice, of(owner)),
 *     handOver: async (manager, owner, to) => void (await manager.update(Invoice, of(owner), { ownerId: to })),
 *     remove: async (manager, owner) => void (await manager.delete(Invoice, of(owner))),
 *   });
 * }
 * ```
 */
@Injectable()
export class OwnedData {
  private readonly kinds: OwnedRows[] = [];

  register(kind: OwnedRows): void {
    this.kinds.push(kind);
  }

  /** Returns how many rows of each kind there are, without the kinds of which there are none. */
  async counts(manager: EntityManager, owner: Owner): Promise<Record<string, number>> {
    await enterOrganization(manager, owner);
    const counts: Record<string, number> = {};
    for (const kind of this.kinds) {
      const count = await kind.count(manager, owner);
      if (count > 0) counts[kind.name] = count;
    }
    return counts;
  }

  async handOver(manager: EntityManager, owner: Owner, to: string): Promise<void> {
    await enterOrganization(manager, owner);
    for (const kind of this.kinds) await kind.handOver(manager, owner, to);
  }

  async remove(manager: EntityManager, owner: Owner): Promise<void> {
    await enterOrganization(manager, owner);
    for (const kind of this.kinds) await kind.remove(manager, owner);
  }
}

/** Names counts for people, such as `3 documents and 1 invoices`. */
export const inWords = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(' and ');
