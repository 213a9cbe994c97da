import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the library keeps, under its own names of columns. Lists are JSON, as it writes them. */
const TABLES = [
  `CREATE TABLE oauth_signing_keys (
     id uuid CONSTRAINT oauth_signing_keys_pkey PRIMARY KEY,
     public_key text NOT NULL,
     private_key text NOT NULL,
     created_at timestamptz(3) NOT NULL,
     expires_at timestamptz(3),
     alg text,
     crv text
   )`,
  `CREATE TABLE oauth_clients (
     id uuid CONSTRAINT oauth_clients_pkey PRIMARY KEY,
     client_id text NOT NULL CONSTRAINT oauth_clients_client_id_key UNIQUE,
     client_secret text,
     client_discovery_id text,
     disabled boolean NOT NULL DEFAULT false,
     skip_consent boolean,
     enable_end_session boolean,
     subject_type text,
     scopes jsonb,
     client_credentials_scopes jsonb,
     user_id uuid CONSTRAINT oauth_clients_user_fkey REFERENCES users (id) ON DELETE SET NULL,
     created_at timestamptz(3),
     updated_at timestamptz(3),
     name text,
     uri text,
     icon text,
     contacts jsonb,
     tos text,
     policy text,
     software_id text,
     software_version text,
     software_statement text,
     redirect_uris jsonb NOT NULL,
     post_logout_redirect_uris jsonb,
     backchannel_logout_uri text,
     backchannel_logout_session_required boolean,
     token_endpoint_auth_method text,
     application_type text,
     jwks text,
     jwks_uri text,
     grant_types jsonb,
     response_types jsonb,
     require_pkce boolean,
     dpop_bound_access_tokens boolean NOT NULL DEFAULT false,
     reference_id text,
     metadata jsonb,
     agent_id uuid CONSTRAINT oauth_clients_agent_fkey REFERENCES users (id) ON DELETE CASCADE
   )`,
  `CREATE TABLE oauth_resources (
     id uuid CONSTRAINT oauth_resources_pkey PRIMARY KEY,
     identifier text NOT NULL CONSTRAINT oauth_resources_identifier_key UNIQUE,
     name text NOT NULL,
     access_token_ttl integer,
     refresh_token_ttl integer,
     signing_algorithm text,
     signing_key_id text,
     allowed_scopes jsonb,
     custom_claims jsonb,
     dpop_bound_access_tokens_required boolean NOT NULL DEFAULT false,
     disabled boolean NOT NULL DEFAULT false,
     created_at timestamptz(3),
     updated_at timestamptz(3),
     policy_version integer NOT NULL DEFAULT 1,
     metadata jsonb
   )`,
  `CREATE TABLE oauth_client_resources (
     id uuid CONSTRAINT oauth_client_resources_pkey PRIMARY KEY,
     client_id text NOT NULL
       CONSTRAINT oauth_client_resources_client_fkey REFERENCES oauth_clients (client_id) ON DELETE CASCADE,
     resource_id text NOT NULL
       CONSTRAINT oauth_client_resources_resource_fkey REFERENCES oauth_resources (identifier) ON DELETE CASCADE,
     metadata jsonb,
     created_at timestamptz(3),
     CONSTRAINT oauth_client_resources_pair UNIQUE (client_id, resource_id)
   )`,
  `CREATE TABLE oauth_refresh_tokens (
     id uuid CONSTRAINT oauth_refresh_tokens_pkey PRIMARY KEY,
     token text NOT NULL CONSTRAINT oauth_refresh_tokens_token_key UNIQUE,
     client_id text NOT NULL
       CONSTRAINT oauth_refresh_tokens_client_fkey REFERENCES oauth_clients (client_id) ON DELETE CASCADE,
     session_id uuid CONSTRAINT oauth_refresh_tokens_session_fkey REFERENCES sessions (id) ON DELETE SET NULL,
     user_id uuid NOT NULL CONSTRAINT oauth_refresh_tokens_user_fkey REFERENCES users (id) ON DELETE CASCADE,
     reference_id text,
     authorization_code_id text,
     resources jsonb,
     requested_user_info_claims jsonb,
     expires_at timestamptz(3) NOT NULL,
     created_at timestamptz(3) NOT NULL,
     revoked timestamptz(3),
     rotated_at timestamptz(3),
     rotation_replay_response text,
     rotation_replay_expires_at timestamptz(3),
     auth_time timestamptz(3),
     confirmation jsonb,
     scopes jsonb NOT NULL
   )`,
  `CREATE TABLE oauth_access_tokens (
     id uuid CONSTRAINT oauth_access_tokens_pkey PRIMARY KEY,
     token text NOT NULL CONSTRAINT oauth_access_tokens_token_key UNIQUE,
     client_id text NOT NULL
       CONSTRAINT oauth_access_tokens_client_fkey REFERENCES oauth_clients (client_id) ON DELETE CASCADE,
     session_id uuid CONSTRAINT oauth_access_tokens_session_fkey REFERENCES sessions (id) ON DELETE SET NULL,
     user_id uuid CONSTRAINT oauth_access_tokens_user_fkey REFERENCES users (id) ON DELETE CASCADE,
     reference_id text,
     authorization_code_id text,
     resources jsonb,
     requested_user_info_claims jsonb,
     refresh_id uuid
       CONSTRAINT oauth_access_tokens_refresh_fkey REFERENCES oauth_refresh_tokens (id) ON DELETE CASCADE,
     expires_at timestamptz(3) NOT NULL,
     created_at timestamptz(3) NOT NULL,
     revoked timestamptz(3),
     confirmation jsonb,
     scopes jsonb NOT NULL
   )`,
  `CREATE TABLE oauth_consents (
     id uuid CONSTRAINT oauth_consents_pkey PRIMARY KEY,
     client_id text NOT NULL
       CONSTRAINT oauth_consents_client_fkey REFERENCES oauth_clients (client_id) ON DELETE CASCADE,
     user_id uuid NOT NULL CONSTRAINT oauth_consents_user_fkey REFERENCES users (id) ON DELETE CASCADE,
     reference_id text,
     resources jsonb,
     requested_user_info_claims jsonb,
     scopes jsonb NOT NULL,
     created_at timestamptz(3) NOT NULL,
     updated_at timestamptz(3) NOT NULL,
     last_used_at timestamptz(3)
   )`,
  `CREATE TABLE oauth_client_assertions (
     id text CONSTRAINT oauth_client_assertions_pkey PRIMARY KEY,
     expires_at timestamptz(3) NOT NULL
   )`,
  `CREATE TABLE oauth_device_codes (
     id uuid CONSTRAINT oauth_device_codes_pkey PRIMARY KEY,
     device_code text NOT NULL CONSTRAINT oauth_device_codes_device_code_key UNIQUE,
     user_code text NOT NULL CONSTRAINT oauth_device_codes_user_code_key UNIQUE,
     user_id uuid CONSTRAINT oauth_device_codes_user_fkey REFERENCES users (id) ON DELETE CASCADE,
     expires_at timestamptz(3) NOT NULL,
     status text NOT NULL,
     last_polled_at timestamptz(3),
     polling_interval integer,
     client_id text,
     oauth_client_id text CONSTRAINT oauth_device_codes_client_fkey REFERENCES oauth_clients (client_id) ON DELETE CASCADE,
     scope text,
     resources jsonb,
     organization_id uuid
       CONSTRAINT oauth_device_codes_organization_fkey REFERENCES organizations (id) ON DELETE CASCADE
   )`,
  // What an organisation has decided about a client. Without a row nobody there has asked for it yet. The client of a metadata
  // document may be decided about before it first comes, so the row of the client may be missing.
  `CREATE TABLE oauth_client_decisions (
     id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT oauth_client_decisions_id_key UNIQUE,
     organization_id uuid NOT NULL
       CONSTRAINT oauth_client_decisions_organization_fkey REFERENCES organizations (id) ON DELETE CASCADE,
     client_id text NOT NULL,
     state text NOT NULL DEFAULT 'pending'
       CONSTRAINT oauth_client_decisions_state_check CHECK (state IN ('pending', 'approved', 'blocked')),
     decided_by uuid CONSTRAINT oauth_client_decisions_user_fkey REFERENCES users (id) ON DELETE SET NULL,
     decided_at timestamptz(3),
     created_at timestamptz(3) NOT NULL DEFAULT now(),
     CONSTRAINT oauth_client_decisions_pkey PRIMARY KEY (organization_id, client_id)
   )`,
  // The tokens, and the families of tokens, that ended before their time.
  `CREATE TABLE oauth_ended_tokens (
     id text CONSTRAINT oauth_ended_tokens_pkey PRIMARY KEY,
     expires_at timestamptz(3) NOT NULL
   )`,
];

const NAMES = TABLES.map((sql) => /CREATE TABLE (\w+)/.exec(sql)![1]!);

const INDEXES = [
  'CREATE INDEX oauth_clients_user ON oauth_clients (user_id)',
  'CREATE INDEX oauth_clients_agent ON oauth_clients (agent_id)',
  'CREATE INDEX oauth_client_resources_resource ON oauth_client_resources (resource_id)',
  'CREATE INDEX oauth_refresh_tokens_client ON oauth_refresh_tokens (client_id)',
  'CREATE INDEX oauth_refresh_tokens_user ON oauth_refresh_tokens (user_id)',
  'CREATE INDEX oauth_refresh_tokens_session ON oauth_refresh_tokens (session_id)',
  'CREATE INDEX oauth_refresh_tokens_code ON oauth_refresh_tokens (authorization_code_id)',
  'CREATE INDEX oauth_access_tokens_client ON oauth_access_tokens (client_id)',
  'CREATE INDEX oauth_access_tokens_user ON oauth_access_tokens (user_id)',
  'CREATE INDEX oauth_access_tokens_session ON oauth_access_tokens (session_id)',
  'CREATE INDEX oauth_access_tokens_refresh ON oauth_access_tokens (refresh_id)',
  'CREATE INDEX oauth_consents_client ON oauth_consents (client_id)',
  // A person agrees to a client once in each organisation.
  `CREATE UNIQUE INDEX oauth_consents_once ON oauth_consents (user_id, client_id, coalesce(reference_id, ''))`,
  'CREATE INDEX oauth_client_decisions_client ON oauth_client_decisions (client_id)',
  'CREATE INDEX oauth_client_assertions_expires_at ON oauth_client_assertions (expires_at)',
  'CREATE INDEX oauth_device_codes_expires_at ON oauth_device_codes (expires_at)',
  'CREATE INDEX oauth_device_codes_user ON oauth_device_codes (user_id)',
  'CREATE INDEX oauth_device_codes_client ON oauth_device_codes (oauth_client_id)',
  'CREATE INDEX oauth_device_codes_organization ON oauth_device_codes (organization_id)',
  'CREATE INDEX oauth_ended_tokens_expires_at ON oauth_ended_tokens (expires_at)',
];

/**
 * A refresh token that is deleted, or revoked and not rotated, ends its family: the access tokens of the same authorization.
 * The library does so where a token is used twice, and where a client revokes one. An access token lives for an hour at most.
 */
const END_FAMILY = `
  CREATE FUNCTION oauth_end_family() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
  BEGIN
    IF OLD.authorization_code_id IS NOT NULL AND OLD.expires_at > now() THEN
      INSERT INTO public.oauth_ended_tokens (id, expires_at)
        VALUES (OLD.authorization_code_id, now() + interval '1 hour') ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
  END $$`;

/** Whatever else changes in these tables takes power from nobody. */
const WATCHED: [table: string, event: string, id: string][] = [
  ['oauth_consents', 'DELETE', 'id'],
  ['oauth_clients', 'DELETE', 'client_id'],
  ['oauth_ended_tokens', 'INSERT', 'id'],
  ['oauth_client_decisions', 'INSERT OR UPDATE OR DELETE', 'client_id'],
];

/**
 * Clients come by OAuth: what they are, what people and organisations decided about them, and the tokens that they hold. Access tokens
 * are signed and not kept. Those that end before their time are noted, and count for the replicas as a key that was revoked.
 */
export class OAuth1799000000000 implements MigrationInterface {
  readonly name = 'OAuth1799000000000';

  async up(db: QueryRunner): Promise<void> {
    for (const sql of [...TABLES, ...INDEXES]) await db.query(sql);
    for (const [table, event, id] of WATCHED)
      await db.query(`
        CREATE CONSTRAINT TRIGGER ${table}_changed AFTER ${event} ON ${table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION coherence_record_change('grant', '${id}')`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER oauth_clients_disabled AFTER UPDATE ON oauth_clients DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.disabled AND NOT OLD.disabled)
      EXECUTE FUNCTION coherence_record_change('grant', 'client_id')`);
    await db.query(END_FAMILY);
    await db.query(`
      CREATE TRIGGER oauth_refresh_tokens_deleted AFTER DELETE ON oauth_refresh_tokens
      FOR EACH ROW EXECUTE FUNCTION oauth_end_family()`);
    await db.query(`
      CREATE TRIGGER oauth_refresh_tokens_revoked AFTER UPDATE OF revoked ON oauth_refresh_tokens
      FOR EACH ROW WHEN (OLD.revoked IS NULL AND NEW.revoked IS NOT NULL AND NEW.rotated_at IS NULL)
      EXECUTE FUNCTION oauth_end_family()`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of NAMES.toReversed()) await db.query(`DROP TABLE ${table}`);
    await db.query('DROP FUNCTION oauth_end_family()');
  }
}
