import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Wrong passwords are counted for an address, by its keyed digest, whether an account has it or not. */
export class PasswordAttempts1797000040000 implements MigrationInterface {
  readonly name = 'PasswordAttempts1797000040000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE password_attempts (
        key bytea CONSTRAINT password_attempts_pkey PRIMARY KEY,
        failures integer NOT NULL DEFAULT 0,
        failed_at timestamptz(3) NOT NULL DEFAULT now(),
        known_until timestamptz(3)
      )`);
    await db.query('CREATE INDEX password_attempts_failed_at ON password_attempts (failed_at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE password_attempts');
  }
}
