import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A company's directory adds and removes people (SCIM). Of the secret of a connection only the digest is kept. */
export class Provisioning1797000001000 implements MigrationInterface {
  readonly name = 'Provisioning1797000001000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE scim_connections (
        id uuid CONSTRAINT scim_connections_pkey PRIMARY KEY,
        name text NOT NULL,
        domains text[] NOT NULL,
        secret_digest text NOT NULL CONSTRAINT scim_connections_secret_digest_unique UNIQUE,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        created_by uuid CONSTRAINT scim_connections_created_by_fkey REFERENCES users (id) ON DELETE SET NULL,
        last_used_at timestamptz(3)
      )`);
    await db.query(`
      CREATE TABLE scim_users (
        user_id uuid CONSTRAINT scim_users_pkey PRIMARY KEY
          CONSTRAINT scim_users_user_fkey REFERENCES users (id) ON DELETE CASCADE,
        connection_id uuid NOT NULL
          CONSTRAINT scim_users_connection_fkey REFERENCES scim_connections (id) ON DELETE CASCADE,
        user_name text NOT NULL,
        external_id text,
        ended_here boolean NOT NULL DEFAULT false,
        deleted_at timestamptz(3),
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await db.query(
      'CREATE UNIQUE INDEX scim_users_user_name_unique ON scim_users (connection_id, lower(user_name)) WHERE deleted_at IS NULL',
    );
    await db.query(
      'CREATE INDEX scim_users_external_id ON scim_users (connection_id, external_id) WHERE deleted_at IS NULL',
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE scim_users');
    await db.query('DROP TABLE scim_connections');
  }
}
