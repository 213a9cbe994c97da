import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links by which people choose a password: of an invitation, and of the first start. Only their SHA-256 is kept. */
export class OneTimeLinks1797000030000 implements MigrationInterface {
  readonly name = 'OneTimeLinks1797000030000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE invitations (
        id uuid CONSTRAINT invitations_pkey PRIMARY KEY,
        email text NOT NULL CONSTRAINT invitations_email_unique UNIQUE,
        name text NOT NULL,
        role text NOT NULL,
        digest bytea NOT NULL CONSTRAINT invitations_digest_unique UNIQUE,
        invited_by uuid NOT NULL CONSTRAINT invitations_invited_by_fkey REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz(3) NOT NULL,
        expires_at timestamptz(3) NOT NULL
      )`);
    await db.query('CREATE INDEX invitations_invited_by ON invitations (invited_by)');
    await db.query(`
      CREATE TABLE password_links (
        user_id uuid CONSTRAINT password_links_pkey PRIMARY KEY
          CONSTRAINT password_links_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        digest bytea NOT NULL CONSTRAINT password_links_digest_unique UNIQUE,
        expires_at timestamptz(3) NOT NULL
      )`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE password_links');
    await db.query('DROP TABLE invitations');
  }
}
