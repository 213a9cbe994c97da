import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';

/** How often searches ask at most whether a document was written without its index. */
const ASK_MS = 1_000;

/**
 * The documents that were written without their index, as a process of the version before does. Triggers of PostgreSQL put them here.
 */
@Injectable()
export class UnindexedQueue {
  private askedAt = -Infinity;
  private isFilled = false;

  constructor(@InjectEntityManager() private readonly manager: EntityManager) {}

  /** Those of some spaces. Most of the time there are none in any space, and most searches need not ask. */
  async idsOf(spaces: readonly string[], most: number): Promise<string[]> {
    const now = performance.now();
    if (now - this.askedAt >= ASK_MS) {
      this.askedAt = now;
      this.isFilled =
        (await this.manager.query<unknown[]>('SELECT FROM unindexed_documents LIMIT 1')).length > 0;
    }
    if (!this.isFilled) return [];
    const rows = await this.manager.query<{ id: string }[]>(
      'SELECT document_id AS id FROM unindexed_documents WHERE space_id = ANY ($1) LIMIT $2',
      [spaces, most],
    );
    return rows.map(({ id }) => id);
  }
}
