import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyBounds1795000800100 implements MigrationInterface {
  readonly name = 'KeyBounds1795000800100';

  async up(db: QueryRunner): Promise<void> {
    // Constant defaults: nothing is rewritten, and no request waits for more than the moment of the change.
    await db.query(`
      ALTER TABLE api_keys
        ADD agent boolean NOT NULL DEFAULT false,
        ADD life_seconds double precision,
        ADD disabled_by uuid,
        ADD disabled_by_role text`);
    // What a key of before was issued for is not known any more, but what it lives is; one without an end has none.
    await db.query(`
      UPDATE api_keys SET life_seconds = greatest(0, ceil(extract(epoch FROM expires_at - created_at)))
      WHERE expires_at IS NOT NULL`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE api_keys DROP agent, DROP life_seconds, DROP disabled_by, DROP disabled_by_role`);
  }
}
