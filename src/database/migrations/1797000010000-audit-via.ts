import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A row says whether its caller came by a key, a session or a token. Rows that are there already say nothing. */
export class AuditVia1797000010000 implements MigrationInterface {
  readonly name = 'AuditVia1797000010000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE audit_events ADD COLUMN via text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE audit_events DROP COLUMN via');
  }
}
