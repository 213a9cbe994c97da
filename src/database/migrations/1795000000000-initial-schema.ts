import type { MigrationInterface, QueryRunner } from 'typeorm';

const SEARCH = `setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', content), 'B')`;

export class InitialSchema1795000000000 implements MigrationInterface {
  readonly name = 'InitialSchema1795000000000';

  async up(db: QueryRunner): Promise<void> {
    // TypeORM stores the expressions of generated columns here, and reads them when it compares schemas.
    await db.query(`
      CREATE TABLE IF NOT EXISTS typeorm_metadata (
        type varchar NOT NULL, database varchar, schema varchar, "table" varchar, name varchar, value text
      )`);
    await db.query(`
      CREATE TABLE users (
        id uuid CONSTRAINT users_pkey PRIMARY KEY,
        email text NOT NULL,
        name text NOT NULL,
        role text NOT NULL,
        tier text NOT NULL,
        requests_per_minute integer,
        is_active boolean NOT NULL DEFAULT true,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await db.query(`CREATE UNIQUE INDEX users_email_unique ON users (email)`);
    await db.query(`
      CREATE TABLE api_keys (
        id uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT api_keys_user_fkey REFERENCES users (id) ON DELETE RESTRICT,
        name text NOT NULL,
        key_hash bytea NOT NULL,
        start text NOT NULL,
        scopes text[] NOT NULL,
        enabled boolean NOT NULL DEFAULT true,
        ip_allowlist text[],
        metadata jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        last_used_at timestamptz(3),
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        replaced_by uuid
      )`);
    await db.query(`CREATE UNIQUE INDEX api_keys_key_hash_unique ON api_keys (key_hash)`);
    await db.query(`CREATE INDEX api_keys_user ON api_keys (user_id, id)`);
    await db.query(`
      CREATE TABLE documents (
        id uuid CONSTRAINT documents_pkey PRIMARY KEY,
        owner_id uuid NOT NULL CONSTRAINT documents_owner_fkey REFERENCES users (id) ON DELETE RESTRICT,
        title text NOT NULL,
        content text NOT NULL,
        filename text,
        search tsvector GENERATED ALWAYS AS (${SEARCH}) STORED NOT NULL,
        created_at timestamptz(3) NOT NULL DEFAULT now(),
        updated_at timestamptz(3) NOT NULL DEFAULT now()
      )`);
    await db.query(
      `INSERT INTO typeorm_metadata (type, database, schema, "table", name, value)
       VALUES ('GENERATED_COLUMN', current_database(), 'public', 'documents', 'search', $1)`,
      [SEARCH],
    );
    await db.query(`CREATE INDEX documents_owner ON documents (owner_id, id)`);
    await db.query(`CREATE INDEX documents_owner_filename ON documents (owner_id, filename)`);
    await db.query(`CREATE INDEX documents_search ON documents USING gin (search)`);
    await db.query(`
      CREATE TABLE audit_events (
        id uuid NOT NULL,
        occurred_at timestamptz(3) NOT NULL,
        recorded_at timestamptz(3) NOT NULL DEFAULT now(),
        node_id uuid NOT NULL,
        node_seq bigint NOT NULL,
        user_id uuid,
        key_id uuid,
        key_start text,
        action text NOT NULL,
        tool text,
        resource text,
        outcome text NOT NULL,
        reason text,
        elevated boolean NOT NULL DEFAULT false,
        scopes text[] NOT NULL DEFAULT '{}',
        ip inet,
        user_agent text,
        request_id text,
        duration_ms double precision,
        metadata jsonb NOT NULL DEFAULT '{}',
        CONSTRAINT audit_events_pkey PRIMARY KEY (id, occurred_at)
      ) PARTITION BY RANGE (occurred_at)`);
    await db.query(`CREATE INDEX audit_events_user ON audit_events (user_id, id)`);
    await db.query(`CREATE INDEX audit_events_key ON audit_events (key_id, id)`);
    await db.query(`CREATE INDEX audit_events_node_seq ON audit_events (node_id, node_seq)`);
    await db.query(`CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TABLE audit_events`);
    await db.query(`DROP TABLE documents`);
    await db.query(`DELETE FROM typeorm_metadata WHERE type = 'GENERATED_COLUMN' AND "table" = 'documents'`);
    await db.query(`DROP TABLE api_keys`);
    await db.query(`DROP TABLE users`);
  }
}
