import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The verifications of the audit that somebody asked for over REST. Of those that have not ended, there is one at most. */
export class AuditVerifications1800000000000 implements MigrationInterface {
  readonly name = 'AuditVerifications1800000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE audit_verifications (
        id uuid CONSTRAINT audit_verifications_pkey PRIMARY KEY,
        state text NOT NULL DEFAULT 'queued',
        requested_by uuid NOT NULL,
        requested_at timestamptz(3) NOT NULL DEFAULT now(),
        started_at timestamptz(3),
        ended_at timestamptz(3),
        heartbeat_at timestamptz(3) NOT NULL DEFAULT now(),
        progress jsonb,
        verified_up_to jsonb,
        findings jsonb NOT NULL DEFAULT '[]',
        counts jsonb NOT NULL DEFAULT '{}',
        findings_count integer NOT NULL DEFAULT 0,
        problem text
      )`);
    await db.query(`
      CREATE UNIQUE INDEX audit_verifications_one ON audit_verifications ((true))
      WHERE state IN ('queued', 'running')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE audit_verifications');
  }
}
