import { Client, escapeIdentifier } from 'pg';
import type { EntityManager } from 'typeorm';
import { createRole } from './create-role.js';

/**
 * Holds the URLs of the service's role and of the schema's owner, who migrates. They are equal when only one is
 * configured.
 */
export interface DatabaseUrls {
  url: string;
  ownerUrl: string;
}

const DATA = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/**
 * Lists the privileges of the service on a table, by the first pattern that matches. Audit rows may only be added.
 */
const RIGHTS: [tables: RegExp, rights: string[]][] = [
  // This includes partitions and detached ones.
  [/^audit_(events(_.*)?|seals|retention|key_handovers)$/, ['SELECT', 'INSERT']],
  [/^key_usage$/, ['SELECT', 'INSERT', 'UPDATE']],
  [/^((project_)?migrations|typeorm_metadata)$/, ['SELECT']],
  [/^/, DATA],
];

/** Lists the functions that the service may call with the privileges of the owner. */
const FUNCTIONS = ['audit_prepare_partitions', 'audit_detach_partition'];

/** Returns the privileges on a table. Tables in a project's own schemas have all that data needs. */
const rightsOn = (schema: string, table: string): string[] =>
  schema === 'public' ? RIGHTS.find(([tables]) => tables.test(table))![1] : DATA;

/**
 * Grants the role that `url` names exactly the privileges that the service needs. It creates the role with the URL's
 * password if it does not exist. It does not touch privileges that are already right, or any when the role is the
 * owner itself.
 * @param owner a transaction of the owner
 * @param schemas the schemas that hold tables of a project
 */
export async function grantToService(
  owner: EntityManager,
  url: string,
  schemas: readonly string[],
): Promise<void> {
  const { user } = new Client({ connectionString: url });
  const [self] = await owner.query<{ name: string }[]>('SELECT current_user AS name');
  if (!user || user === self!.name) return;
  const role = escapeIdentifier(user);
  const known = await owner.query<unknown[]>('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  if (known.length === 0) {
    await owner.query(createRole(url)).catch((cause: unknown) => {
      throw new Error(
        `The role ${role}, which DATABASE_URL names, does not exist and could not be created. Create it, or set another role: ${String(cause)}`,
      );
    });
  }
  for (const schema of new Set(['public', ...schemas])) await grantSchema(owner, user, schema);
  const functions = await owner.query<{ name: string }[]>(
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proname = ANY ($1)
       AND NOT has_function_privilege($2, oid, 'EXECUTE')`,
    [FUNCTIONS, user],
  );
  for (const { name } of functions) await owner.query(`GRANT EXECUTE ON FUNCTION ${name} TO ${role}`);
}

/** @param user the role's name */
async function grantSchema(owner: EntityManager, user: string, schema: string): Promise<void> {
  const [role, within] = [escapeIdentifier(user), escapeIdentifier(schema)];
  // Before PostgreSQL 15 everybody may create tables in `public`, and could thus forge tables that the owner's
  // functions read.
  await owner.query(`REVOKE CREATE ON SCHEMA ${within} FROM PUBLIC, ${role}`);
  await owner.query(`GRANT USAGE ON SCHEMA ${within} TO ${role}`);
  for (const { name, held } of await tablesWithRights(owner, user, schema)) {
    const needed = rightsOn(schema, name);
    if (held.length === needed.length && needed.every((right) => held.includes(right))) continue;
    const table = `${within}.${escapeIdentifier(name)}`;
    await owner.query(`REVOKE ALL ON ${table} FROM ${role}`);
    await owner.query(`GRANT ${needed.join(', ')} ON ${table} TO ${role}`);
  }
  for (const { name } of await serialSequences(owner, user, schema))
    await owner.query(`GRANT USAGE ON SEQUENCE ${name} TO ${role}`);
}

/**
 * Returns whether the role of `url` could change or delete audit rows, because it owns them or can act as their
 * owner.
 */
export const mayRewriteAudit = (url: string): Promise<boolean> =>
  answer(url, `has_table_privilege('audit_events', 'UPDATE, DELETE, TRUNCATE')`);

/**
 * Returns whether PostgreSQL does not hold the role of `url` to one organisation, because it is a superuser, has `BYPASSRLS`,
 * or can act as the owner.
 */
export const readsEveryOrganization = (url: string): Promise<boolean> =>
  answer(
    url,
    `EXISTS (SELECT FROM pg_policy WHERE polname = 'organization' AND NOT row_security_active(polrelid))`,
  );

async function answer(url: string, question: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ answer: boolean }>(`SELECT ${question} AS answer`);
    return rows[0]!.answer;
  } finally {
    await client.end();
  }
}

/**
 * Returns the sequences behind `serial` columns, which an insert needs. TypeORM uses them for generated columns by
 * default.
 */
const serialSequences = (owner: EntityManager, role: string, schema: string): Promise<{ name: string }[]> =>
  owner.query(
    `SELECT class.oid::regclass::text AS name FROM pg_class AS class
     JOIN pg_depend ON classid = 'pg_class'::regclass AND objid = class.oid AND refobjsubid > 0 AND deptype = 'a'
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2)
       AND CASE relkind WHEN 'S' THEN NOT has_sequence_privilege($1, class.oid, 'USAGE') ELSE false END`,
    [role, schema],
  );

function tablesWithRights(
  owner: EntityManager,
  role: string,
  schema: string,
): Promise<{ name: string; held: string[] }[]> {
  return owner.query(
    `SELECT relname AS name, ARRAY(
       SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)
     ) AS held
     FROM pg_class
     WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2) AND relkind IN ('r', 'p', 'v', 'm')
     ORDER BY relname`,
    [role, schema],
  );
}
