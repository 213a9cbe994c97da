import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of provisioning by a company's directory (SCIM). */
const TABLES = [
  `
    CREATE TABLE scim_managed_connection (
      id uuid CONSTRAINT scim_managed_connection_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      creation_request_id text NOT NULL CONSTRAINT scim_managed_connection_creation_request_id_unique UNIQUE,
      connection_id text NOT NULL CONSTRAINT scim_managed_connection_connection_id_unique UNIQUE,
      provisioning_domain_id text NOT NULL,
      status text NOT NULL,
      revision integer NOT NULL,
      created_at timestamptz(3) NOT NULL,
      created_by text NOT NULL,
      decommission_started_at timestamptz(3),
      decommission_started_by text,
      decommissioned_at timestamptz(3),
      decommissioned_by text
    )`,
  `
    CREATE TABLE scim_managed_credential (
      id uuid CONSTRAINT scim_managed_credential_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_record_id uuid NOT NULL CONSTRAINT scim_managed_credential_connection_record_fkey REFERENCES scim_managed_connection (id) ON DELETE CASCADE,
      credential_id text NOT NULL CONSTRAINT scim_managed_credential_credential_id_unique UNIQUE,
      token_digest text NOT NULL,
      hash_version text NOT NULL,
      active_slot_key text NOT NULL CONSTRAINT scim_managed_credential_active_slot_key_unique UNIQUE,
      status text NOT NULL,
      serialized_scopes text NOT NULL,
      expires_at timestamptz(3) NOT NULL,
      created_at timestamptz(3) NOT NULL,
      created_by text NOT NULL,
      last_used_at timestamptz(3),
      revoked_at timestamptz(3),
      revoked_by text,
      decommissioned_at timestamptz(3)
    )`,
  `
    CREATE TABLE scim_managed_connection_event (
      id uuid CONSTRAINT scim_managed_connection_event_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_record_id uuid NOT NULL CONSTRAINT scim_managed_connection_event_connection_record_fkey REFERENCES scim_managed_connection (id) ON DELETE CASCADE,
      event_key text NOT NULL CONSTRAINT scim_managed_connection_event_event_key_unique UNIQUE,
      sequence integer NOT NULL,
      type text NOT NULL,
      actor_id text NOT NULL,
      credential_id text,
      created_at timestamptz(3) NOT NULL
    )`,
  `
    CREATE TABLE scim_connection_binding (
      id uuid CONSTRAINT scim_connection_binding_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_id text NOT NULL,
      connection_key text NOT NULL CONSTRAINT scim_connection_binding_connection_key_unique UNIQUE,
      provisioning_domain_id text NOT NULL,
      created_at timestamptz(3) NOT NULL,
      decommissioned_at timestamptz(3),
      decommission_status text NOT NULL,
      decommission_cursor_user_id text,
      decommission_reconciled_user_count integer NOT NULL,
      decommission_batch_count integer NOT NULL,
      decommission_revision integer NOT NULL,
      decommission_completed_at timestamptz(3),
      decommission_lease_id text,
      decommission_lease_expires_at timestamptz(3)
    )`,
  `
    CREATE TABLE scim_identity_tombstone (
      id uuid CONSTRAINT scim_identity_tombstone_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_id text NOT NULL,
      provisioning_domain_id text NOT NULL,
      external_id text NOT NULL,
      external_id_key text NOT NULL CONSTRAINT scim_identity_tombstone_external_id_key_unique UNIQUE,
      user_id uuid NOT NULL CONSTRAINT scim_identity_tombstone_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      profile text NOT NULL,
      deleted_at timestamptz(3) NOT NULL
    )`,
  `
    CREATE TABLE scim_subject (
      id uuid CONSTRAINT scim_subject_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      user_id uuid NOT NULL CONSTRAINT scim_subject_user_id_unique UNIQUE CONSTRAINT scim_subject_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      profile_source_id text,
      revision integer NOT NULL,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL
    )`,
  `
    CREATE TABLE scim_user (
      id uuid CONSTRAINT scim_user_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_id text NOT NULL,
      provisioning_domain_id text NOT NULL,
      user_id uuid NOT NULL CONSTRAINT scim_user_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      connection_user_key text NOT NULL CONSTRAINT scim_user_connection_user_key_unique UNIQUE,
      user_name text NOT NULL,
      user_name_key text NOT NULL CONSTRAINT scim_user_user_name_key_unique UNIQUE,
      primary_email text NOT NULL,
      work_email_value_index text NOT NULL,
      email_value_index text NOT NULL,
      display_name text NOT NULL,
      formatted_name text NOT NULL,
      given_name text,
      family_name text,
      serialized_emails text NOT NULL,
      serialized_attributes text,
      external_id text,
      external_id_key text CONSTRAINT scim_user_external_id_key_unique UNIQUE,
      active boolean NOT NULL,
      order_key text NOT NULL CONSTRAINT scim_user_order_key_unique UNIQUE,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL
    )`,
  `
    CREATE TABLE scim_projection_grant (
      id uuid CONSTRAINT scim_projection_grant_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_id text NOT NULL,
      provisioning_domain_id text NOT NULL,
      scim_user_id uuid NOT NULL CONSTRAINT scim_projection_grant_scim_user_fkey REFERENCES scim_user (id) ON DELETE CASCADE,
      user_id uuid NOT NULL CONSTRAINT scim_projection_grant_user_fkey REFERENCES users (id) ON DELETE CASCADE,
      source_kind text NOT NULL,
      source_id text NOT NULL,
      source_value text,
      role text NOT NULL,
      grant_key text NOT NULL CONSTRAINT scim_projection_grant_grant_key_unique UNIQUE,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL
    )`,
  `
    CREATE TABLE scim_group (
      id uuid CONSTRAINT scim_group_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_id text NOT NULL,
      provisioning_domain_id text NOT NULL,
      revision integer NOT NULL,
      display_name text NOT NULL,
      display_name_key text NOT NULL CONSTRAINT scim_group_display_name_key_unique UNIQUE,
      external_id text,
      external_id_key text CONSTRAINT scim_group_external_id_key_unique UNIQUE,
      order_key text NOT NULL CONSTRAINT scim_group_order_key_unique UNIQUE,
      created_at timestamptz(3) NOT NULL,
      updated_at timestamptz(3) NOT NULL
    )`,
  `
    CREATE TABLE scim_group_member (
      id uuid CONSTRAINT scim_group_member_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
      connection_id text NOT NULL,
      group_id uuid NOT NULL CONSTRAINT scim_group_member_group_fkey REFERENCES scim_group (id) ON DELETE CASCADE,
      scim_user_id uuid NOT NULL CONSTRAINT scim_group_member_scim_user_fkey REFERENCES scim_user (id) ON DELETE CASCADE,
      membership_key text NOT NULL CONSTRAINT scim_group_member_membership_key_unique UNIQUE,
      created_at timestamptz(3) NOT NULL
    )`,
];

const NAMES = TABLES.map((sql) => /CREATE TABLE (\w+)/.exec(sql)![1]!);

/** The columns that rows are looked up and cascaded by, beside those that are unique. */
const INDEXED: readonly (readonly [table: string, column: string])[] = [
  ['scim_managed_connection', 'provisioning_domain_id'],
  ['scim_managed_credential', 'connection_record_id'],
  ['scim_managed_connection_event', 'connection_record_id'],
  ['scim_connection_binding', 'connection_id'],
  ['scim_identity_tombstone', 'connection_id'],
  ['scim_identity_tombstone', 'provisioning_domain_id'],
  ['scim_identity_tombstone', 'user_id'],
  ['scim_subject', 'profile_source_id'],
  ['scim_user', 'connection_id'],
  ['scim_user', 'provisioning_domain_id'],
  ['scim_user', 'user_id'],
  ['scim_projection_grant', 'connection_id'],
  ['scim_projection_grant', 'provisioning_domain_id'],
  ['scim_projection_grant', 'scim_user_id'],
  ['scim_projection_grant', 'user_id'],
  ['scim_group', 'connection_id'],
  ['scim_group', 'provisioning_domain_id'],
  ['scim_group_member', 'connection_id'],
  ['scim_group_member', 'group_id'],
  ['scim_group_member', 'scim_user_id'],
];

/** A company's directory adds and removes people. */
export class Provisioning1797000001000 implements MigrationInterface {
  readonly name = 'Provisioning1797000001000';

  async up(db: QueryRunner): Promise<void> {
    for (const sql of TABLES) await db.query(sql);
    for (const [table, column] of INDEXED)
      await db.query(`CREATE INDEX ${table}_${column} ON ${table} (${column})`);
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of NAMES.toReversed()) await db.query(`DROP TABLE ${table}`);
  }
}
