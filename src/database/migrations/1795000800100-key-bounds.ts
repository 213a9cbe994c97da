import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyBounds1795000800100 implements MigrationInterface {
  readonly name = 'KeyBounds1795000800100';

  async up(db: QueryRunner): Promise<void> {
    // The defaults are constant, so PostgreSQL rewrites no rows and locks the table only for a moment.
    await db.query(`
      ALTER TABLE api_keys
        ADD agent boolean NOT NULL DEFAULT false,
        ADD life_seconds double precision,
        ADD disabled_by uuid,
        ADD disabled_by_role text`);
    // The original lifetime of an older key is unknown, so its present one is used. A key without an end has none.
    await db.query(`
      UPDATE api_keys SET life_seconds = greatest(0, ceil(extract(epoch FROM expires_at - created_at)))
      WHERE expires_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE api_keys DROP agent, DROP life_seconds, DROP disabled_by, DROP disabled_by_role`);
  }
}
