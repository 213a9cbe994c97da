import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A provider by which nobody signs in for a while, whose connection stays. */
export class SsoDisabled1800000200000 implements MigrationInterface {
  readonly name = 'SsoDisabled1800000200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE sso_connections ADD COLUMN disabled_at timestamptz(3)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE sso_connections DROP COLUMN disabled_at');
  }
}
