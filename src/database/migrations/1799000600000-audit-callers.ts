import type { MigrationInterface, QueryRunner } from 'typeorm';
import { withBriefLock } from '../brief-lock.js';

/** A row names the key as it was called, the client of a token, and who stands behind the caller. Rows that are there already say nothing. */
export class AuditCallers1799000600000 implements MigrationInterface {
  readonly name = 'AuditCallers1799000600000';
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await withBriefLock(db, [
      `ALTER TABLE audit_events
         ADD COLUMN IF NOT EXISTS key_name text,
         ADD COLUMN IF NOT EXISTS client_id text,
         ADD COLUMN IF NOT EXISTS actors text[]`,
    ]);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(
      'ALTER TABLE audit_events DROP COLUMN key_name, DROP COLUMN client_id, DROP COLUMN actors',
    );
  }
}
