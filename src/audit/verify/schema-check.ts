import type { Client } from 'pg';
import { CAST_TYPES, COLUMNS, FUNCTIONS, TYPES } from './expected-schema.js';

/** The first object id that PostgreSQL assigns to objects that are not its own. */
const FIRST_FOREIGN = 16_384;
const HEAP = 2;
const BEFORE = 2;

/** The tables of the audit with their partitions. `oid` is null where a table does not exist. */
const TABLES = `
  WITH tables (name, kind, origin, oid) AS (
    SELECT expected.name, CASE expected.name WHEN 'audit_events' THEN 'p' ELSE 'r' END, expected.name, class.oid
    FROM unnest($1::text[]) AS expected (name)
    LEFT JOIN pg_class AS class ON class.relname = expected.name AND class.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT part.relname, 'r', parent.relname, part.oid
    FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid JOIN pg_class AS parent ON parent.oid = inhparent
    WHERE parent.relname = 'audit_events' AND parent.relnamespace = 'public'::regnamespace
  )`;

/** Finds views, rules, row security, inheritance and triggers, with which a table could show other rows than it stores. */
const MISSHAPEN = `${TABLES}
  SELECT name, CASE
    WHEN class.oid IS NULL THEN 'it is not there'
    WHEN class.relkind::text <> kind OR (kind = 'r' AND class.relam <> ${HEAP}) THEN 'it is not a plain table'
    WHEN EXISTS (SELECT FROM pg_rewrite WHERE ev_class = class.oid) THEN 'it has rules'
    WHEN class.relrowsecurity OR EXISTS (SELECT FROM pg_policy WHERE polrelid = class.oid) THEN 'it has row security'
    WHEN kind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = class.oid) THEN 'other tables inherit from it'
    WHEN EXISTS (
      SELECT FROM pg_trigger JOIN pg_proc AS proc ON proc.oid = tgfoid
      WHERE tgrelid = class.oid AND NOT tgisinternal AND tgtype & ${BEFORE} <> 0
        AND (proname <> 'audit_refuse_change' OR pronamespace <> 'public'::regnamespace)
    ) THEN 'a trigger can change what is written to it'
  END AS problem
  FROM tables LEFT JOIN pg_class AS class ON class.oid = tables.oid ORDER BY name`;

const MISTYPED = `${TABLES}
  SELECT tables.name || '.' || expected.name AS name, CASE
    WHEN attnum IS NULL THEN 'it is not there'
    WHEN attgenerated <> '' THEN 'it is computed'
    WHEN atttypid = expected.type AND atttypmod = expected.typmod THEN 'it may be null'
    ELSE 'its type is ' || format_type(atttypid, atttypmod) || ', not ' || format_type(expected.type, expected.typmod)
  END AS problem
  FROM tables
  JOIN pg_class AS class ON class.oid = tables.oid AND class.relkind IN ('r', 'p')
  JOIN unnest($2::text[], $3::text[], $4::oid[], $5::integer[], $6::boolean[])
    AS expected (origin, name, type, typmod, nullable)
    ON expected.origin = tables.origin
  LEFT JOIN pg_attribute ON attrelid = tables.oid AND attname = expected.name AND NOT attisdropped AND attnum > 0
  WHERE attnum IS NULL OR attgenerated <> '' OR atttypid <> expected.type OR atttypmod <> expected.typmod
    OR NOT (attnotnull OR expected.nullable)
  ORDER BY tables.name, expected.name`;

/** Finds functions, types, operators and casts that replace PostgreSQL's own ones or compete with them. */
const REPLACED = `
  SELECT DISTINCT 'function ' || proname AS name, 'it is not PostgreSQL''s own' AS problem
  FROM pg_proc JOIN pg_language AS lang ON lang.oid = prolang
  WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY ($1)
    AND (pg_proc.oid >= ${FIRST_FOREIGN} OR lanname <> 'internal')
  UNION ALL
  SELECT 'type ' || format_type(expected.oid, NULL), 'it is not PostgreSQL''s own'
  FROM unnest($2::oid[], $3::text[]) AS expected (oid, send)
  LEFT JOIN pg_type ON pg_type.oid = expected.oid LEFT JOIN pg_proc AS proc ON proc.oid = typsend
  WHERE typtype IS DISTINCT FROM 'b' OR proc.oid >= ${FIRST_FOREIGN} OR prosrc IS DISTINCT FROM expected.send
  UNION ALL
  SELECT 'operator ' || pg_operator.oid::regoperator, 'it is not PostgreSQL''s own'
  FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND pg_operator.oid >= ${FIRST_FOREIGN}
  UNION ALL
  SELECT 'cast from ' || format_type(castsource, NULL) || ' to ' || format_type(casttarget, NULL),
    'it is not PostgreSQL''s own'
  FROM pg_cast
  WHERE (pg_cast.oid >= ${FIRST_FOREIGN} OR castfunc >= ${FIRST_FOREIGN})
    AND castsource < ${FIRST_FOREIGN} AND casttarget < ${FIRST_FOREIGN} AND (castsource = ANY ($4) OR casttarget = ANY ($4))
  ORDER BY name`;

const columns = Object.entries(COLUMNS).flatMap(([table, of]) =>
  of.map(({ name, type, nullable }) => ({ table, name, type: TYPES[type], nullable })),
);

/** Lists what could make the tables return something else than what is stored in them. */
export async function schemaProblems(client: Client): Promise<string[]> {
  const tables = Object.keys(COLUMNS);
  const types = Object.values(TYPES);
  const problems: string[] = [];
  for (const [sql, values] of [
    [MISSHAPEN, [tables]],
    [
      MISTYPED,
      [
        tables,
        columns.map(({ table }) => table),
        columns.map(({ name }) => name),
        columns.map(({ type }) => type.oid),
        columns.map(({ type }) => type.typmod),
        columns.map(({ nullable }) => nullable),
      ],
    ],
    [REPLACED, [FUNCTIONS, types.map(({ oid }) => oid), types.map(({ send }) => send), CAST_TYPES]],
  ] as const) {
    const { rows } = await client.query<{ name: string; problem: string | null }>(sql, [...values]);
    for (const { name, problem } of rows) if (problem !== null) problems.push(`${name}: ${problem}`);
  }
  return problems;
}
