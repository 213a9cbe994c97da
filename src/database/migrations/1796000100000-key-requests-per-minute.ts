import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyRequestsPerMinute1796000100000 implements MigrationInterface {
  readonly name = 'KeyRequestsPerMinute1796000100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE api_keys ADD COLUMN requests_per_minute integer');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE api_keys DROP COLUMN requests_per_minute');
  }
}
