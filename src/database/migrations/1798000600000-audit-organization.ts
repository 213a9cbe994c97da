import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A row says in which organisation its caller acted. Rows that are there already say nothing. */
export class AuditOrganization1798000600000 implements MigrationInterface {
  readonly name = 'AuditOrganization1798000600000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE audit_events ADD COLUMN organization_id uuid');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE audit_events DROP COLUMN organization_id');
  }
}
