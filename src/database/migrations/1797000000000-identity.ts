import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of sign-in, by the names and types that better-auth and its plugins ask for. */
const PEOPLE = [
  `
    CREATE TABLE sessions (
      id uuid CONSTRAINT sessions_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      expires_at timestamptz(3) NOT NULL,
      token text NOT NULL CONSTRAINT sessions_token_unique UNIQUE,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL,
      ip_address text,
      user_agent text,
      user_id uuid NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      last_seen_at timestamptz(3) NOT NULL DEFAULT now()
    )`,
  `
    CREATE TABLE accounts (
      id uuid CONSTRAINT accounts_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      account_id text NOT NULL,
      provider_id text NOT NULL,
      user_id uuid NOT NULL CONSTRAINT accounts_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      access_token text,
      refresh_token text,
      id_token text,
      access_token_expires_at timestamptz(3),
      refresh_token_expires_at timestamptz(3),
      scope text,
      password text,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL,
      CONSTRAINT accounts_provider_account_unique UNIQUE (provider_id, account_id)
    )`,
  `
    CREATE TABLE verifications (
      id uuid CONSTRAINT verifications_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      identifier text NOT NULL,
      value text NOT NULL,
      expires_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL DEFAULT now(),
      updated_at timestamptz(3) NOT NULL DEFAULT now()
    )`,
  `
    CREATE TABLE two_factors (
      id uuid CONSTRAINT two_factors_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      secret text NOT NULL,
      backup_codes text NOT NULL,
      user_id uuid NOT NULL CONSTRAINT two_factors_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      verified boolean,
      failed_verification_count integer,
      locked_until timestamptz(3)
    )`,
  `
    CREATE TABLE passkeys (
      id uuid CONSTRAINT passkeys_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      name text,
      public_key text NOT NULL,
      user_id uuid NOT NULL CONSTRAINT passkeys_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      credential_id text NOT NULL,
      counter integer NOT NULL,
      device_type text NOT NULL,
      backed_up boolean NOT NULL,
      transports text,
      created_at timestamptz(3),
      aaguid text
    )`,
  `
    CREATE TABLE sso_providers (
      id uuid CONSTRAINT sso_providers_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      issuer text NOT NULL,
      oidc_config text,
      saml_config text,
      user_id uuid NOT NULL CONSTRAINT sso_providers_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      provider_id text NOT NULL CONSTRAINT sso_providers_provider_id_unique UNIQUE,
      organization_id text,
      domain text NOT NULL,
      domain_verified boolean
    )`,
];

/** The columns that rows are looked up, swept and cascaded by, beside those that are unique. */
const INDEXED: readonly (readonly [table: string, column: string])[] = [
  ['sessions', 'user_id'],
  ['sessions', 'expires_at'],
  ['accounts', 'user_id'],
  ['verifications', 'identifier'],
  ['verifications', 'expires_at'],
  ['two_factors', 'user_id'],
  ['passkeys', 'user_id'],
  ['passkeys', 'credential_id'],
  ['sso_providers', 'domain'],
  ['sso_providers', 'user_id'],
];

const TABLES = PEOPLE.map((sql) => /CREATE TABLE (\w+)/.exec(sql)![1]!);

/** The columns of sessions that carry no power. A change of any other one is a change that all replicas apply. */
const POWERLESS = `ARRAY['last_seen_at', 'updated_at', 'ip_address', 'user_agent']`;

/**
 * Whoever deactivates a user, by whichever way, ends the user's sessions in the same transaction. So a user who is
 * activated again signs in again.
 */
const END_SESSIONS = `
  CREATE FUNCTION users_end_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    DELETE FROM public.sessions WHERE user_id = NEW.id;
    RETURN NULL;
  END $$`;

/** People sign in. What a session may do counts for the replicas as what a key may do. */
export class Identity1797000000000 implements MigrationInterface {
  readonly name = 'Identity1797000000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE users
        ADD COLUMN email_verified boolean NOT NULL DEFAULT false,
        ADD COLUMN image text,
        ADD COLUMN two_factor_enabled boolean NOT NULL DEFAULT false`);
    for (const sql of PEOPLE) await db.query(sql);
    for (const [table, column] of INDEXED)
      await db.query(`CREATE INDEX ${table}_${column} ON ${table} (${column})`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER sessions_changed AFTER UPDATE ON sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      WHEN ((to_jsonb(OLD) - ${POWERLESS}) IS DISTINCT FROM (to_jsonb(NEW) - ${POWERLESS}))
      EXECUTE FUNCTION coherence_record_change('session', 'id')`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER sessions_deleted AFTER DELETE ON sessions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
      EXECUTE FUNCTION coherence_record_change('session', 'id')`);
    await db.query(END_SESSIONS);
    await db.query(`
      CREATE TRIGGER users_deactivated AFTER UPDATE OF is_active ON users FOR EACH ROW
      WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION users_end_sessions()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER users_deactivated ON users');
    await db.query('DROP FUNCTION users_end_sessions()');
    for (const table of TABLES.toReversed()) await db.query(`DROP TABLE ${table}`);
    await db.query(
      'ALTER TABLE users DROP COLUMN two_factor_enabled, DROP COLUMN image, DROP COLUMN email_verified',
    );
  }
}
