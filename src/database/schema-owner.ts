import { Client } from 'pg';
import { createRole } from './create-role.js';
import type { DatabaseUrls } from './service-role.js';

/**
 * Selects statements that transfer the objects of a superuser in the service's database to the role in the setting
 * `bouncer.owner`: the database, then schemas, tables, routines and types one by one. Objects of extensions, and
 * those that follow a table, are left alone. `docker/postgres-roles.sh` has a copy of this text.
 */
export const TO_OWNER = `
  WITH above AS (SELECT oid FROM pg_catalog.pg_roles WHERE rolsuper),
  spaces AS (SELECT oid, nspname, nspowner FROM pg_catalog.pg_namespace WHERE nspname IN ('public', 'audit_archive')),
  objects (class, oid, kind, name) AS (
    SELECT 'pg_catalog.pg_database'::pg_catalog.regclass, oid, 'DATABASE', pg_catalog.format('%I', datname)
    FROM pg_catalog.pg_database
    WHERE datname = pg_catalog.current_database() AND datdba IN (SELECT oid FROM above)
    UNION ALL
    SELECT 'pg_catalog.pg_namespace'::pg_catalog.regclass, oid, 'SCHEMA', pg_catalog.format('%I', nspname)
    FROM spaces WHERE nspowner IN (SELECT oid FROM above)
    UNION ALL
    SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, class.oid,
      CASE relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
      pg_catalog.format('%I.%I', nspname, relname)
    FROM pg_catalog.pg_class AS class JOIN spaces ON spaces.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND relowner IN (SELECT oid FROM above) AND NOT (relkind = 'S' AND EXISTS (
      SELECT FROM pg_catalog.pg_depend
      WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = class.oid AND refobjsubid > 0))
    UNION ALL
    SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, proc.oid, 'ROUTINE',
      pg_catalog.format('%I.%I(%s)', nspname, proname, pg_catalog.pg_get_function_identity_arguments(proc.oid))
    FROM pg_catalog.pg_proc AS proc JOIN spaces ON spaces.oid = pronamespace
    WHERE proowner IN (SELECT oid FROM above)
    UNION ALL
    SELECT 'pg_catalog.pg_type'::pg_catalog.regclass, type.oid, 'TYPE', pg_catalog.format('%I.%I', nspname, typname)
    FROM pg_catalog.pg_type AS type JOIN spaces ON spaces.oid = typnamespace
    LEFT JOIN pg_catalog.pg_class AS class ON class.oid = typrelid
    WHERE typowner IN (SELECT oid FROM above) AND (typtype IN ('d', 'e', 'r') OR class.relkind = 'c')
  )
  SELECT pg_catalog.format('ALTER %s %s OWNER TO %I', kind, name, pg_catalog.current_setting('bouncer.owner'))
  FROM objects
  WHERE NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend WHERE classid = class AND objid = objects.oid AND deptype = 'e'
  )`;

const MISSING =
  'SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT rolname::text FROM pg_roles)';

/**
 * Creates the roles of the URLs if they do not exist, and transfers the objects of a superuser to the owner. Each
 * object is transferred separately, so that the next run can continue after an interruption.
 * @param adminUrl a superuser of the service's database; no request is served with it
 * @returns how many objects were transferred
 */
export async function setUpOwner(adminUrl: string, { url, ownerUrl }: DatabaseUrls): Promise<number> {
  const admin = new Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const byName = new Map([ownerUrl, url].map((of) => [new Client({ connectionString: of }).user!, of]));
    const missing = await admin.query<{ name: string }>(MISSING, [[...byName.keys()]]);
    for (const { name } of missing.rows) await admin.query(createRole(byName.get(name)!));
    const [owner] = byName.keys();
    await admin.query(`SELECT set_config('bouncer.owner', $1, false)`, [owner]);
    const { rows } = await admin.query<[string]>({ text: TO_OWNER, rowMode: 'array' });
    for (const [statement] of rows) await admin.query(statement);
    return rows.length;
  } finally {
    await admin.end();
  }
}
