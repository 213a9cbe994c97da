import { Client, escapeIdentifier } from 'pg';
import { DefaultNamingStrategy, type EntityManager, type QueryRunner } from 'typeorm';
import { ALL, ORGANIZATION_SETTING } from './organization-setting.js';

const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
export const COLUMN = 'organization_id';
export const POLICY = 'organization';
/** The default of the column. */
export const TAKES_CURRENT = 'current_organization()';

/** Each of the two is asked once in a statement, and the second only where the first does not hold. */
const IS_CURRENT = `
  ${COLUMN} = (SELECT public.current_organization())
  OR (SELECT pg_catalog.current_setting('${ORGANIZATION_SETTING}', true) = '${ALL}')`;

/**
 * Has PostgreSQL hold the rows of a table to the organisation of each statement, for reads and for writes. The table
 * gets what it lacks: the column of {@link OrganizationColumn}, with which its rows of before belong to the default
 * organisation, and an index.
 * @param table its name, with the schema in front where that is not `public`
 *
 * @example
 * ```ts
 * async up(db: QueryRunner): Promise<void> {
 *   await db.query('CREATE TABLE invoices (id uuid PRIMARY KEY, customer text NOT NULL)');
 *   await enableOrganizationSecurity(db, 'invoices');
 * }
 * ```
 */
export async function enableOrganizationSecurity(db: QueryRunner, table: string): Promise<void> {
  const name = quotedTable(table);
  // TypeORM gives the index of the entity this name.
  const index = new DefaultNamingStrategy().indexName(table, [COLUMN]);
  await db.query(
    `ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${COLUMN} uuid NOT NULL DEFAULT '${DEFAULT_ORGANIZATION}'`,
  );
  await db.query(`ALTER TABLE ${name} ALTER COLUMN ${COLUMN} SET DEFAULT ${TAKES_CURRENT}`);
  await db.query(`CREATE INDEX IF NOT EXISTS ${escapeIdentifier(index)} ON ${name} (${COLUMN})`);
  for (const statement of addingPolicy(table)) await db.query(statement);
}

/**
 * Takes the policy, the column and its index away again.
 *
 * @example `await disableOrganizationSecurity(db, 'invoices')`
 */
export async function disableOrganizationSecurity(db: QueryRunner, table: string): Promise<void> {
  for (const statement of droppingPolicy(table)) await db.query(statement);
  await db.query(`ALTER TABLE ${quotedTable(table)} DROP COLUMN ${COLUMN}`);
}

/** The statements that do it for a table that has the column. */
export const addingPolicy = (table: string): string[] => [
  `CREATE POLICY ${POLICY} ON ${quotedTable(table)} USING (${IS_CURRENT})`,
  `ALTER TABLE ${quotedTable(table)} ENABLE ROW LEVEL SECURITY`,
];

export const droppingPolicy = (table: string): string[] => [
  `ALTER TABLE ${quotedTable(table)} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`,
  `DROP POLICY ${POLICY} ON ${quotedTable(table)}`,
];

/** @param table with the schema in front where that is not `public` */
export const quotedTable = (table: string): string => table.split('.').map(escapeIdentifier).join('.');

const NOT_AS_WANTED = `
  SELECT relation::text AS name, wanted
  FROM (
    SELECT polrelid::regclass AS relation, relforcerowsecurity AS forced,
           pg_has_role($1, relowner, 'USAGE') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = $1) AS wanted
    FROM pg_policy JOIN pg_class class ON class.oid = polrelid
    WHERE polname = '${POLICY}'
  ) AS tables
  WHERE forced <> wanted ORDER BY 1`;

/**
 * Holds the role of the service to the policies also where it owns the tables. Where the owner is another role, that one is free of
 * them, so that it dumps and migrates all rows.
 * @param owner a transaction of the owner
 * @param url names the role of the service
 */
export async function forceOrganizationSecurity(owner: EntityManager, url: string): Promise<void> {
  const { user: role } = new Client({ connectionString: url });
  const tables = await owner.query<{ name: string; wanted: boolean }[]>(NOT_AS_WANTED, [role]);
  for (const { name, wanted } of tables)
    await owner.query(`ALTER TABLE ${name} ${wanted ? '' : 'NO '}FORCE ROW LEVEL SECURITY`);
}
