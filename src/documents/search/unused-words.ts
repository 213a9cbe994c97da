import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import { WORDS_LOCK } from './document-indexer.js';

const EVERY_MS = 60 * 60_000;
const BATCH = 2_000;

/** Deletes the words that no document has any more: what somebody deleted is not kept as a suggestion for others. */
@Injectable()
export class UnusedWords implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(UnusedWords.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private isStopped = false;

  constructor(@InjectEntityManager() private readonly manager: EntityManager) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.delete().catch((error: unknown) =>
        this.logger.warn(
          `Words of deleted documents could not be deleted; the next attempt is in an hour: ${String(error)}`,
        ),
      );
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    await this.running;
  }

  /** Deletes them in batches. Another replica that does so at the same time finds nothing left to do. */
  async delete(): Promise<void> {
    for (let after: string | undefined = ''; after !== undefined && !this.isStopped;)
      after = await this.deleteFrom(after);
  }

  /** @returns the last word of the batch; nothing where it was the last batch */
  private deleteFrom(after: string): Promise<string | undefined> {
    return this.manager.transaction(async (manager) => {
      // A document that is being written may have a word that is in no other one.
      await manager.query('SELECT pg_advisory_xact_lock($1)', [WORDS_LOCK]);
      const [batch] = await manager.query<{ last: string | null; count: number }[]>(
        `WITH batch AS (SELECT word, term FROM document_words WHERE word > $1 ORDER BY word LIMIT ${BATCH}),
         deleted AS (
           DELETE FROM document_words w USING batch
           WHERE w.word = batch.word AND w.term = batch.term
             AND NOT EXISTS (SELECT FROM document_terms t WHERE t.term = w.term)
         )
         SELECT max(word) AS last, count(*)::int AS count FROM batch`,
        [after],
      );
      return batch!.count < BATCH ? undefined : batch!.last!;
    });
  }
}
