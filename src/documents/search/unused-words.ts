import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import { WORDS_LOCK } from './document-indexer.js';

const EVERY_MS = 60 * 60_000;
const BATCH = 2_000;

interface LastWord {
  space: string;
  word: string;
  term: string;
}

const BEFORE_ALL: LastWord = { space: '00000000-0000-0000-0000-000000000000', word: '', term: '' };

/** Deletes the words that no document of their space has any more: what somebody deleted is not kept. */
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
    for (let after: LastWord | undefined = BEFORE_ALL; after !== undefined && !this.isStopped;)
      after = await this.deleteFrom(after);
  }

  /** @returns the last word of the batch; nothing where it was the last batch */
  private deleteFrom({ space, word, term }: LastWord): Promise<LastWord | undefined> {
    return this.manager.transaction(async (manager) => {
      // A document that is being written may have a word that is in no other one.
      await manager.query('SELECT pg_advisory_xact_lock($1)', [WORDS_LOCK]);
      const [last] = await manager.query<LastWord[]>(
        `WITH batch AS (
           SELECT space_id, word, term FROM document_words WHERE (space_id, word, term) > ($1, $2, $3)
           ORDER BY space_id, word, term LIMIT ${BATCH}
         ), deleted AS (
           DELETE FROM document_words w USING batch
           WHERE w.space_id = batch.space_id AND w.word = batch.word AND w.term = batch.term
             AND NOT EXISTS (SELECT FROM document_terms t WHERE t.term = w.term AND t.space_id = w.space_id)
         )
         SELECT space_id AS space, word, term FROM batch ORDER BY space_id, word, term OFFSET ${BATCH - 1}`,
        [space, word, term],
      );
      return last;
    });
  }
}
