import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import { Document } from '../document.entity.js';
import { writeIndex } from './document-indexer.js';

const BATCH = 100;
/** A replica of the version before may have written one meanwhile. */
const AGAIN_MS = 10 * 60_000;
/** How many are indexed at once for a search that would find them. */
const MOST_FOR_SEARCH = 20;

const UNINDEXED = `NOT EXISTS (SELECT FROM document_indexes i WHERE i.document_id = d.id)`;

/**
 * Indexes the documents that were written before there was an index: in the background, each in a transaction of its own, so that it
 * can be interrupted at any time and goes on with what is left. Until all are done, a search first indexes those that it would find.
 */
@Injectable()
export class UnindexedDocuments implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(UnindexedDocuments.name);
  private areThere = true;
  private isStopped = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(@InjectEntityManager() private readonly manager: EntityManager) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Indexes documents of a space that a search for `query` would find. */
  async indexFor(spaceId: string, query: string): Promise<void> {
    if (!this.areThere) return;
    const rows = await this.manager.query<{ id: string }[]>(
      `SELECT d.id FROM documents d, to_tsquery('english', (
         SELECT string_agg(quote_literal(word), ' | ') FROM unnest($2::text[]) AS word
       )) AS q
       WHERE d.owner_id = $1 AND d.search @@ q AND ${UNINDEXED}
       ORDER BY ts_rank(d.search, q) DESC LIMIT ${MOST_FOR_SEARCH}`,
      [spaceId, query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []],
    );
    for (const { id } of rows) await this.index(id);
  }

  private async run(): Promise<void> {
    try {
      let count = 0;
      for (let after = '00000000-0000-0000-0000-000000000000'; !this.isStopped;) {
        const rows = await this.manager.query<{ id: string }[]>(
          `SELECT d.id FROM documents d WHERE d.id > $1 AND ${UNINDEXED} ORDER BY d.id LIMIT ${BATCH}`,
          [after],
        );
        for (const { id } of rows) if (!this.isStopped) await this.index(id);
        count += rows.length;
        if (rows.length < BATCH) break;
        after = rows.at(-1)!.id;
      }
      this.areThere = false;
      if (count > 0) this.logger.log(`Indexed ${count} documents for the search`);
    } catch (error) {
      this.logger.warn(
        `Documents could not be indexed; the next attempt is in ${AGAIN_MS / 60_000} minutes: ${String(error)}`,
      );
    }
    if (!this.isStopped)
      this.timer = setTimeout(() => {
        this.running = this.run();
      }, AGAIN_MS).unref();
  }

  private index(id: string): Promise<void> {
    return this.manager.transaction(async (manager) => {
      const [document] = await manager
        .createQueryBuilder(Document, 'd')
        .setLock('pessimistic_write')
        .setOnLocked('skip_locked')
        .where('d.id = :id')
        .andWhere(UNINDEXED)
        .setParameters({ id })
        .getMany();
      if (document) await writeIndex(manager, { ...document, spaceId: document.ownerId }, false);
    });
  }
}
