import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createPartitionedIndex } from '../partitioned-index.js';

/** Creates the index for the filter `reason`. */
export class AuditReasonIndex1795001500000 implements MigrationInterface {
  readonly name = 'AuditReasonIndex1795001500000';
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await createPartitionedIndex(db, {
      table: 'audit_events',
      name: 'reason',
      columns: '(reason, id, tool, action) WHERE reason IS NOT NULL',
    });
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX public.audit_events_reason');
  }
}
