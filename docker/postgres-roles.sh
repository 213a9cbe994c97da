#!/bin/sh
# Makes the owner of the schema, who is no superuser, and the role of the service, and gives the owner what a superuser owns.
# PostgreSQL's image runs it when it makes its volume. On a volume of before:
#   docker compose exec postgres sh /docker-entrypoint-initdb.d/postgres-roles.sh
# It can be run again, and cut off anywhere: what is right is left, what is not is moved.
set -eu
export OWNER_PASSWORD SERVICE_PASSWORD
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L', name, password)
FROM (VALUES ('bouncer_owner', :'owner_password'), ('bouncer_service', :'service_password')) AS role (name, password)
WHERE name NOT IN (SELECT rolname FROM pg_catalog.pg_roles) \gexec
SELECT pg_catalog.set_config('bouncer.owner', 'bouncer_owner', false);
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
  ) \gexec
SQL
