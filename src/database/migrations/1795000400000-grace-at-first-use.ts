import type { MigrationInterface, QueryRunner } from 'typeorm';

export class GraceAtFirstUse1795000400000 implements MigrationInterface {
  readonly name = 'GraceAtFirstUse1795000400000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE api_keys ADD grace_of uuid, ADD grace_seconds integer`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE api_keys DROP grace_of, DROP grace_seconds`);
  }
}
