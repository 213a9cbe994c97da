import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A session says by what the person signed in. The last step of a person's codes is kept, so that no code is taken twice. */
export class SecondFactors1797000020000 implements MigrationInterface {
  readonly name = 'SecondFactors1797000020000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE sessions ADD COLUMN signed_in_by text NOT NULL DEFAULT ''`);
    await db.query('DROP INDEX two_factors_user_id');
    await db.query(`
      ALTER TABLE two_factors
        ADD COLUMN last_step integer,
        ADD CONSTRAINT two_factors_user_id_unique UNIQUE (user_id)`);
    await db.query('DROP INDEX passkeys_credential_id');
    await db.query(
      'ALTER TABLE passkeys ADD CONSTRAINT passkeys_credential_id_unique UNIQUE (credential_id)',
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE passkeys DROP CONSTRAINT passkeys_credential_id_unique');
    await db.query('CREATE INDEX passkeys_credential_id ON passkeys (credential_id)');
    await db.query(
      'ALTER TABLE two_factors DROP CONSTRAINT two_factors_user_id_unique, DROP COLUMN last_step',
    );
    await db.query('CREATE INDEX two_factors_user_id ON two_factors (user_id)');
    await db.query('ALTER TABLE sessions DROP COLUMN signed_in_by');
  }
}
