import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IdempotencyKeys1795000300000 implements MigrationInterface {
  readonly name = 'IdempotencyKeys1795000300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE idempotency_keys (
        user_id uuid NOT NULL CONSTRAINT idempotency_keys_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        key_hash bytea NOT NULL,
        fingerprint bytea NOT NULL,
        attempt uuid NOT NULL,
        status smallint,
        answer json,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key_hash)
      )`);
    await db.query(`CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE idempotency_keys`);
  }
}
