import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Replicas share secrets that are encrypted under a key which is not in the database. */
export class ServiceSecrets1796000300000 implements MigrationInterface {
  readonly name = 'ServiceSecrets1796000300000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE service_secrets (
        name text CONSTRAINT service_secrets_pkey PRIMARY KEY,
        encrypted bytea NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE service_secrets`);
  }
}
