import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Companies whose people sign in by their own provider. A domain belongs to one of them. The secret of a client is encrypted, and
 * what a provider asserted is taken once, over all replicas.
 */
export class SsoConnections1797000050000 implements MigrationInterface {
  readonly name = 'SsoConnections1797000050000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE sso_connections (
        id uuid CONSTRAINT sso_connections_pkey PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL CONSTRAINT sso_connections_kind_check CHECK (kind IN ('oidc', 'saml')),
        issuer text NOT NULL,
        client_id text,
        client_secret bytea,
        sign_in_url text,
        certificates text[],
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        created_by uuid CONSTRAINT sso_connections_created_by_fkey REFERENCES users (id) ON DELETE SET NULL,
        last_used_at timestamptz(3)
      )`);
    await db.query(`
      CREATE TABLE sso_domains (
        domain text CONSTRAINT sso_domains_pkey PRIMARY KEY,
        connection_id uuid NOT NULL
          CONSTRAINT sso_domains_connection_fkey REFERENCES sso_connections (id) ON DELETE CASCADE
      )`);
    await db.query('CREATE INDEX sso_domains_connection ON sso_domains (connection_id)');
    await db.query(`
      CREATE TABLE sso_taken (
        digest text CONSTRAINT sso_taken_pkey PRIMARY KEY,
        expires_at timestamptz(3) NOT NULL
      )`);
    await db.query('CREATE INDEX sso_taken_expires_at ON sso_taken (expires_at)');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE sso_taken');
    await db.query('DROP TABLE sso_domains');
    await db.query('DROP TABLE sso_connections');
  }
}
