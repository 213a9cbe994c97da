import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The calls of each hour, which the overview of a week adds up. The service counts the rows of the last days when it starts. */
export class AuditCountedCalls1800000100000 implements MigrationInterface {
  readonly name = 'AuditCountedCalls1800000100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit_counted_calls (
        hour timestamptz(3) NOT NULL,
        organization_id uuid NOT NULL,
        tool text NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        length smallint NOT NULL,
        calls integer NOT NULL,
        CONSTRAINT audit_counted_calls_pkey PRIMARY KEY (hour, organization_id, tool, outcome, reason, length)
      )`);
    await db.query(`
      CREATE TABLE audit_counted_to (
        recorded_at timestamptz(3) CONSTRAINT audit_counted_to_pkey PRIMARY KEY
      )`);
    await db.query(`
      INSERT INTO audit_counted_to
      SELECT CASE WHEN EXISTS (SELECT FROM audit_events) THEN now() - interval '8 days' ELSE now() END`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE audit_counted_to, audit_counted_calls');
  }
}
