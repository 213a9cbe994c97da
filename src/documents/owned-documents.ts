import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OwnedData, type Owner, type OwnedRows } from '../organizations/owned-data.js';

const OWNED = 'organization_id = $1 AND ($2::uuid IS NULL OR owner_id = $2)';

/** Says what becomes of the documents of somebody who leaves an organisation. */
@Injectable()
export class OwnedDocuments implements OwnedRows {
  readonly name = 'documents';

  constructor(owned: OwnedData) {
    owned.register(this);
  }

  async count(manager: EntityManager, { organizationId, userId }: Owner): Promise<number> {
    const [row] = await manager.query<{ documents: number }[]>(
      `SELECT count(*)::int AS documents FROM (SELECT FROM documents WHERE ${OWNED} LIMIT 1000) AS owned`,
      [organizationId, userId],
    );
    return row!.documents;
  }

  /** The title is written again, so that the documents are indexed where their new owner searches. */
  async handOver(manager: EntityManager, { organizationId, userId }: Owner, to: string): Promise<void> {
    await manager.query(`UPDATE documents SET owner_id = $3, title = title WHERE ${OWNED}`, [
      organizationId,
      userId,
      to,
    ]);
  }

  async remove(manager: EntityManager, { organizationId, userId }: Owner): Promise<void> {
    await manager.query(`DELETE FROM documents WHERE ${OWNED}`, [organizationId, userId]);
  }
}
