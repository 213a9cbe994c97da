import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  api_keys_organization: '(organization_id, id)',
  api_keys_organization_risk: '(organization_id, public.api_key_risk(scopes))',
  api_keys_organization_end: `(organization_id, coalesce(expires_at, 'infinity'), id)`,
} as const;

/**
 * The lists of all keys of an organisation. None of the indexes has when a key was last used: that is written again and again, and would
 * then change every index of the table.
 */
export class KeyLists1800000300000 implements MigrationInterface {
  readonly name = 'KeyLists1800000300000';
  /** PostgreSQL cannot build an index beside writers within a transaction, so each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    await db.query(API_KEY_RISK);
    for (const [index, columns] of Object.entries(INDEXES)) {
      const [{ isBroken }] = (await db.query(
        `SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid) AS "isBroken"`,
        [`public.${index}`],
      )) as [{ isBroken: boolean }];
      // An interrupted earlier run left it half built and unused.
      if (isBroken) await db.query(`DROP INDEX CONCURRENTLY public.${index}`);
      await db.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${index} ON public.api_keys ${columns}`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const index of Object.keys(INDEXES)) await db.query(`DROP INDEX IF EXISTS public.${index}`);
    await db.query('DROP FUNCTION IF EXISTS public.api_key_risk(text[])');
  }
}

/**
 * Rates the most harmful scope of a key from 0 (low) to 3 (critical), as `scopeRisk` of the module `access` does; a spec compares them. An
 * index has what it returns, so another rating is a migration that builds that anew.
 */
const API_KEY_RISK = `
  CREATE OR REPLACE FUNCTION public.api_key_risk(scopes text[]) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 200 AS $$
    SELECT coalesce(max(CASE
      WHEN scope = 'read' THEN 0
      WHEN scope = 'write' THEN 1
      WHEN scope = 'delete' THEN 2
      WHEN scope IN ('assistant:ask', 'metrics:read') THEN 0
      WHEN scope IN ('audit:read', 'audit:verify') THEN 2
      WHEN scope !~ '^[a-z][a-z0-9_-]{0,62}:([*]|[a-z][a-z0-9_-]{0,62})$' THEN 3
      WHEN split_part(scope, ':', 1) IN (
        'keys', 'agents', 'users', 'sessions', 'grants', 'clients', 'audit', 'metrics', 'service', 'limits', 'teams', 'organizations'
      ) THEN CASE split_part(scope, ':', 2) WHEN 'read' THEN 1 ELSE 3 END
      WHEN split_part(scope, ':', 2) = 'read' THEN 0
      WHEN split_part(scope, ':', 2) = 'write' THEN 1
      ELSE 2
    END), 0)
    FROM unnest(scopes) AS scope
  $$`;
