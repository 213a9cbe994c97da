import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyNotices1795000200000 implements MigrationInterface {
  readonly name = 'KeyNotices1795000200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE api_keys
        ADD COLUMN expiry_notified_for timestamptz(3),
        ADD COLUMN used_from text[] NOT NULL DEFAULT '{}'`);
    await db.query(`CREATE INDEX api_keys_expires_at ON api_keys (expires_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP INDEX api_keys_expires_at`);
    await db.query(`ALTER TABLE api_keys DROP COLUMN used_from, DROP COLUMN expiry_notified_for`);
  }
}
