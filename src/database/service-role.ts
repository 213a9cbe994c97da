import { Client, escapeIdentifier } from 'pg';
import type { EntityManager } from 'typeorm';
import { createRole } from './create-role.js';

/** Who connects: the service, and the owner of the schema, who migrates it. The same one where only one is given. */
export interface DatabaseUrls {
  url: string;
  ownerUrl: string;
}

const DATA = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** What the service may do with a table: the first line that fits. What is said once in the audit is not unsaid. */
const RIGHTS: [tables: RegExp, rights: string[]][] = [
  // Partitions too, and those that were detached.
  [/^audit_(events(_.*)?|seals|retention)$/, ['SELECT', 'INSERT']],
  [/^key_usage$/, ['SELECT', 'INSERT', 'UPDATE']],
  [/^(migrations|typeorm_metadata)$/, ['SELECT']],
  [/^/, DATA],
];

/** What the service may have done in the owner's name. */
const FUNCTIONS = ['audit_prepare_partitions', 'audit_detach_partition'];

const rightsOn = (table: string): string[] => RIGHTS.find(([tables]) => tables.test(table))![1];

/**
 * Gives the role that `url` names exactly what the service needs in this database; makes the role, with the URL's
 * password, where there is none. Nothing is touched that is right already, and nothing at all if the role is the
 * owner itself.
 * @param owner a transaction of the owner's
 */
export async function grantToService(owner: EntityManager, url: string): Promise<void> {
  const { user } = new Client({ connectionString: url });
  const [self] = await owner.query<{ name: string }[]>('SELECT current_user AS name');
  if (!user || user === self!.name) return;
  const role = escapeIdentifier(user);
  const known = await owner.query<unknown[]>('SELECT FROM pg_roles WHERE rolname = $1', [user]);
  if (known.length === 0) {
    await owner.query(createRole(url)).catch((cause: unknown) => {
      throw new Error(
        `There is no role ${role}, which DATABASE_URL names, and it cannot be made: ${String(cause)}`,
      );
    });
  }
  // Before version 15 everybody may create tables in `public`, and what the owner's functions find there could be forged.
  await owner.query(`REVOKE CREATE ON SCHEMA public FROM PUBLIC, ${role}`);
  await owner.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
  for (const { name, held } of await tablesWithRights(owner, user)) {
    const needed = rightsOn(name);
    if (held.length === needed.length && needed.every((right) => held.includes(right))) continue;
    const table = `public.${escapeIdentifier(name)}`;
    await owner.query(`REVOKE ALL ON ${table} FROM ${role}`);
    await owner.query(`GRANT ${needed.join(', ')} ON ${table} TO ${role}`);
  }
  const functions = await owner.query<{ name: string }[]>(
    `SELECT oid::regprocedure::text AS name FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proname = ANY ($1)
       AND NOT has_function_privilege($2, oid, 'EXECUTE')`,
    [FUNCTIONS, user],
  );
  for (const { name } of functions) await owner.query(`GRANT EXECUTE ON FUNCTION ${name} TO ${role}`);
}

/** Whether the role of `url` could change or delete audit rows if it wanted to: it owns them, or stands above the owner. */
export async function mayRewriteAudit(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ may: boolean }>(
      `SELECT has_table_privilege('audit_events', 'UPDATE, DELETE, TRUNCATE') AS may`,
    );
    return rows[0]!.may;
  } finally {
    await client.end();
  }
}

function tablesWithRights(owner: EntityManager, role: string): Promise<{ name: string; held: string[] }[]> {
  return owner.query(
    `SELECT relname AS name, ARRAY(
       SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = (SELECT oid FROM pg_roles WHERE rolname = $1)
     ) AS held
     FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
     ORDER BY relname`,
    [role],
  );
}
