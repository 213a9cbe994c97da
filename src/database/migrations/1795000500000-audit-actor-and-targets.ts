import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AuditActorAndTargets1795000500000 implements MigrationInterface {
  readonly name = 'AuditActorAndTargets1795000500000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE audit_events
        ADD COLUMN user_name text,
        ADD COLUMN targets text[] NOT NULL DEFAULT '{}',
        ADD COLUMN trace_id text`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE audit_events
        DROP COLUMN trace_id,
        DROP COLUMN targets,
        DROP COLUMN user_name`);
  }
}
