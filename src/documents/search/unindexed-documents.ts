import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import { Document } from '../document.entity.js';
import { writeIndex } from './document-indexer.js';
import { UnindexedQueue } from './unindexed-queue.js';

const BATCH = 100;
const AGAIN_MS = 10_000;
const AFTER_FAILURE_MS = 60_000;
/** How many are indexed at once for a search that would find them, and for how long others are begun. */
const MOST_FOR_SEARCH = 20;
const SEARCH_WAITS_MS = 1_000;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const UNINDEXED = `NOT EXISTS (SELECT FROM document_indexes i WHERE i.document_id = d.id)`;
const BEFORE = `SELECT d.id FROM documents d WHERE d.id > $1 AND ${UNINDEXED} ORDER BY d.id LIMIT ${BATCH}`;
const QUEUED = `
  SELECT document_id AS id FROM unindexed_documents WHERE document_id > $1 ORDER BY document_id LIMIT ${BATCH}`;

/**
 * Indexes the documents that were written before there was an index, and those that a process of the version before writes: in the
 * background, each in a transaction of its own, so that it can be interrupted at any time and goes on with what is left. Until all
 * are done, a search first indexes those that it would find.
 */
@Injectable()
export class UnindexedDocuments implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(UnindexedDocuments.name);
  /** Whether documents of before may be left. */
  private areLeft = true;
  private isStopped = false;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @InjectEntityManager() private readonly manager: EntityManager,
    private readonly queue: UnindexedQueue,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Indexes documents of a space: the queued ones, and those of before that a search for `query` would find. */
  async indexFor(spaceId: string, query: string): Promise<void> {
    const until = performance.now() + SEARCH_WAITS_MS;
    const ids = await this.queue.idsOf(spaceId, MOST_FOR_SEARCH);
    if (this.areLeft) ids.push(...(await this.idsOfBefore(spaceId, query)));
    for (const id of ids) if (performance.now() < until) await this.index(id);
  }

  private async idsOfBefore(spaceId: string, query: string): Promise<string[]> {
    const rows = await this.manager.query<{ id: string }[]>(
      `SELECT d.id FROM documents d, to_tsquery('english', (
         SELECT string_agg(quote_literal(word), ' | ') FROM unnest($2::text[]) AS word
       )) AS q
       WHERE d.owner_id = $1 AND d.search @@ q AND ${UNINDEXED}
       ORDER BY ts_rank(d.search, q) DESC LIMIT ${MOST_FOR_SEARCH}`,
      [spaceId, query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []],
    );
    return rows.map(({ id }) => id);
  }

  private async run(): Promise<void> {
    let pauseMs = AGAIN_MS;
    try {
      let count = 0;
      if (this.areLeft) {
        count = await this.indexAll(BEFORE);
        // Some may have been skipped: another transaction had locked them.
        this.areLeft = count > 0;
      }
      count += await this.indexAll(QUEUED);
      if (count > 0) this.logger.log(`Indexed ${count} documents for the search`);
    } catch (error) {
      pauseMs = AFTER_FAILURE_MS;
      this.logger.warn(
        `Documents could not be indexed; the next attempt is in ${pauseMs / 1_000} seconds: ${String(error)}`,
      );
    }
    if (!this.isStopped)
      this.timer = setTimeout(() => {
        this.running = this.run();
      }, pauseMs).unref();
  }

  /** @returns how many it found */
  private async indexAll(statement: string): Promise<number> {
    let count = 0;
    for (let after = FIRST_ID; !this.isStopped;) {
      const rows = await this.manager.query<{ id: string }[]>(statement, [after]);
      for (const { id } of rows) if (!this.isStopped) await this.index(id);
      count += rows.length;
      if (rows.length < BATCH) break;
      after = rows.at(-1)!.id;
    }
    return count;
  }

  /** Indexes a document, unless another transaction writes it at the moment: it may be changing, or be indexed there. */
  private index(id: string): Promise<void> {
    return this.manager.transaction(async (manager) => {
      const document = await manager.findOne(Document, {
        where: { id },
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      });
      if (!document) return;
      const indexed = await manager.query<unknown[]>('SELECT FROM document_indexes WHERE document_id = $1', [
        id,
      ]);
      if (indexed.length === 0) await writeIndex(manager, { ...document, spaceId: document.ownerId });
      await manager.query('DELETE FROM unindexed_documents WHERE document_id = $1', [id]);
    });
  }
}
