import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { isCancelled, isDatabaseAway } from '../../database/database-errors.js';
import { OrganizationData } from '../../database/organization/organization-data.js';
import { ALL_ORGANIZATIONS } from '../../database/organization/organization-setting.js';
import { Document } from '../document.entity.js';
import { indexInSpaces } from './index-in-spaces.js';
import type { Searched } from './search-spaces.js';
import { UnindexedQueue } from './unindexed-queue.js';

const BATCH = 100;
const AGAIN_MS = 10_000;
const AFTER_FAILURE_MS = 60_000;
/** How many are indexed at once for a search that would find them, and for how long others are begun. */
const MOST_FOR_SEARCH = 20;
const SEARCH_WAITS_MS = 1_000;
/** Each statement that a search waits for ends in that time. */
const IN_TIME = `SET LOCAL statement_timeout = ${SEARCH_WAITS_MS}`;
/** How many words of a query they are looked for by, and how long one may be for the search of PostgreSQL. */
const MOST_WORDS = 64;
const MOST_LETTERS = 255;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const UNINDEXED = `NOT EXISTS (SELECT FROM document_indexes i WHERE i.document_id = d.id)`;
const BEFORE = `SELECT d.id FROM documents d WHERE d.id > $1 AND ${UNINDEXED} ORDER BY d.id LIMIT ${BATCH}`;
const QUEUED = `
  SELECT document_id AS id FROM unindexed_documents WHERE document_id > $1 ORDER BY document_id LIMIT ${BATCH}`;
const SHARED = `
  SELECT DISTINCT document_id AS id FROM document_shares
  WHERE NOT is_indexed AND document_id > $1 ORDER BY document_id LIMIT ${BATCH}`;
const SHARED_WITH = `
  SELECT document_id AS id FROM document_shares WHERE team_id = ANY ($1) AND NOT is_indexed LIMIT $2`;

interface Counts {
  found: number;
  indexed: number;
  failed: number;
}

const NONE: Counts = { found: 0, indexed: 0, failed: 0 };

/**
 * Indexes the documents that were written before there was an index, those that a process of the version before writes, and those that
 * are shared with the folder that they are imported from: in the
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
    private readonly data: OrganizationData,
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

  /**
   * Indexes documents for a search: those that are queued or shared, and those of before that a search for `query` would find. A search does not fail for
   * a document that cannot be indexed.
   * @returns whether there may be more
   */
  async indexFor(searched: Searched, query: string): Promise<boolean> {
    const until = performance.now() + SEARCH_WAITS_MS;
    const { teams, spaces } = searched;
    try {
      const ids = await this.queue.idsOf(spaces, MOST_FOR_SEARCH);
      if (teams.length > 0) ids.push(...(await this.idsSharedWith(searched)));
      if (this.areLeft) ids.push(...(await this.idsOfBefore(searched, query)));
      let areLeft = ids.length >= MOST_FOR_SEARCH;
      for (const id of ids) if (performance.now() > until || !(await this.index(id, true))) areLeft = true;
      return areLeft;
    } catch (error) {
      if (isDatabaseAway(error) && !isCancelled(error)) throw error;
      this.logger.debug(`A search went on without documents that are not indexed yet: ${String(error)}`);
      return true;
    }
  }

  private async idsSharedWith(searched: Searched): Promise<string[]> {
    const values = [searched.teams, MOST_FOR_SEARCH];
    const rows = await this.data.query<{ id: string }>(searched, SHARED_WITH, values);
    return rows.map(({ id }) => id);
  }

  private idsOfBefore(searched: Searched, query: string): Promise<string[]> {
    const words = query.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    const asked = [...new Set(words)].filter(({ length }) => length <= MOST_LETTERS).slice(0, MOST_WORDS);
    return this.data.transaction(searched, async (manager) => {
      await manager.query(IN_TIME);
      const rows = await manager.query<{ id: string }[]>(
        `SELECT d.id FROM documents d, to_tsquery('english', (
           SELECT string_agg(quote_literal(word), ' | ') FROM unnest($2::text[]) AS word
         )) AS q
         WHERE d.owner_id = ANY ($1) AND d.search @@ q AND ${UNINDEXED}
         ORDER BY ts_rank(d.search, q) DESC LIMIT ${MOST_FOR_SEARCH}`,
        [[searched.userId, ...searched.teams], asked],
      );
      return rows.map(({ id }) => id);
    });
  }

  private async run(): Promise<void> {
    let pauseMs = AGAIN_MS;
    try {
      const before = this.areLeft ? await this.indexAll(BEFORE) : NONE;
      // Some may have been skipped: another transaction had locked them.
      this.areLeft = before.found > 0;
      const queued = await this.indexAll(QUEUED);
      const shared = await this.indexAll(SHARED);
      const all = [before, queued, shared];
      const sumOf = (name: keyof Counts) => all.reduce((sum, counts) => sum + counts[name], 0);
      const [indexed, failed] = [sumOf('indexed'), sumOf('failed')];
      if (indexed > 0) this.logger.log(`Indexed ${indexed} documents for the search`);
      if (failed > 0) pauseMs = AFTER_FAILURE_MS;
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

  private async indexAll(statement: string): Promise<Counts> {
    const counts = { ...NONE };
    for (let after = FIRST_ID; !this.isStopped;) {
      const rows = await this.data.query<{ id: string }>(ALL_ORGANIZATIONS, statement, [after]);
      for (const { id } of rows) if (!this.isStopped) await this.count(counts, id);
      counts.found += rows.length;
      if (rows.length < BATCH) break;
      after = rows.at(-1)!.id;
    }
    return counts;
  }

  /** Indexes a document. One that cannot be indexed holds up none of the others. */
  private async count(counts: Counts, id: string): Promise<void> {
    try {
      if (await this.index(id, false)) counts.indexed++;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      counts.failed++;
      this.logger.warn(`Document ${id} could not be indexed for the search: ${String(error)}`);
    }
  }

  /**
   * Indexes a document, unless another transaction writes it at the moment: it may be changing, or be indexed there.
   * @returns whether it was done
   */
  private index(id: string, isAwaited: boolean): Promise<boolean> {
    return this.data.transaction(ALL_ORGANIZATIONS, async (manager) => {
      if (isAwaited) await manager.query(IN_TIME);
      const document = await manager.findOne(Document, {
        where: { id },
        lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
      });
      if (!document) return false;
      await indexInSpaces(manager, document);
      await manager.query('DELETE FROM unindexed_documents WHERE document_id = $1', [id]);
      return true;
    });
  }
}
