import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withBriefLock } from '../brief-lock.js';

/** A row says in which organisation its caller acted. Rows that are there already say nothing. */
export class AuditOrganization1798000600000 implements MigrationInterface {
  readonly name = 'AuditOrganization1798000600000';
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await withBriefLock(db, ['ALTER TABLE audit_events ADD COLUMN IF NOT EXISTS organization_id uuid']);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE audit_events DROP COLUMN organization_id');
  }
}
