import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Proofs of possession are taken once over all replicas. Each counts for two minutes, so the table is not logged: what a crash of
 * PostgreSQL loses is over before anybody can send it again.
 */
export class OAuthProofs1799000800000 implements MigrationInterface {
  readonly name = 'OAuthProofs1799000800000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE UNLOGGED TABLE oauth_taken_proofs (
        digest bytea CONSTRAINT oauth_taken_proofs_pkey PRIMARY KEY,
        expires_at timestamptz(3) NOT NULL
      )`);
    await db.query('CREATE INDEX oauth_taken_proofs_expires_at ON oauth_taken_proofs (expires_at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE oauth_taken_proofs');
  }
}
