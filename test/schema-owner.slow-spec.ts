import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../src/database/embedded/embedded-postgres.js';
import { runMigrations } from '../src/database/migrations.js';
import { setUpOwner, TO_OWNER } from '../src/database/schema-owner.js';
import { mayRewriteAudit } from '../src/database/service-role.js';
import { verify } from './support/audit-chain.js';
import { createDatabase, query, refusal } from './support/database.js';
import { Command } from './support/process.js';

const DENIED = '42501';
const OF_EXTENSION = `oid IN (SELECT objid FROM pg_depend WHERE deptype = 'e')`;
/** Returns the owners of all objects of the service, except those of extensions. */
const OWNERS = `
  SELECT DISTINCT pg_get_userbyid(owner) AS owner FROM (
    SELECT relowner FROM pg_class
    WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'audit_archive'))
    UNION ALL SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND NOT ${OF_EXTENSION}
    UNION ALL SELECT typowner FROM pg_type t WHERE typnamespace = 'public'::regnamespace
      AND coalesce(nullif(t.typelem, 0), t.oid) NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
    UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname = 'audit_archive'
    UNION ALL SELECT datdba FROM pg_database WHERE datname = current_database()
  ) AS owned (owner)`;
const CONTENT = `SELECT (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM audit_events) AS rows`;

describe('The owner of an embedded folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bouncer-owner-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const onServer = async <T>(work: (urls: EmbeddedPostgres['urls']) => Promise<T>): Promise<T> => {
    const server = await EmbeddedPostgres.start(folder);
    try {
      return await work(server.urls);
    } finally {
      await server.stop();
    }
  };
  /** Starts the service with its migrations as a process of its own, and stops it in order. */
  async function serveOnce(): Promise<string> {
    const command = Command.run('server/main.js', { env: { DATA_DIR: folder } });
    const url = await command.prints(/(http:\/\/127\.0\.0\.1:\d+)/);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(await command.stop()).toBe(0);
    return command.output;
  }
  const owners = (url: string) => query<{ owner: string }>(url, OWNERS);

  /** Makes a cluster as versions did in which the superuser migrated. */
  const makeOldFolder = (alter: (adminUrl: string) => Promise<unknown> = async () => {}) =>
    onServer(async ({ url, adminUrl }) => {
      await runMigrations({ url, ownerUrl: adminUrl });
      await query(adminUrl, 'ALTER DATABASE postgres OWNER TO postgres');
      await query(adminUrl, 'DROP OWNED BY bouncer_owner');
      await query(adminUrl, 'DROP ROLE bouncer_owner');
      await alter(adminUrl);
      return owners(adminUrl);
    });

  it('is a role without privileges on the server, which owns all objects of the service', async () => {
    await serveOnce();
    await onServer(async ({ url, ownerUrl, adminUrl }) => {
      expect(await owners(adminUrl)).toEqual([{ owner: 'bouncer_owner' }]);
      const [role] = await query(
        ownerUrl,
        `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user`,
      );
      expect(new Set(Object.values(role as object))).toEqual(new Set([false]));
      for (const sql of [
        'CREATE ROLE spec',
        'SET session_replication_role = replica',
        `CREATE FUNCTION lie(json) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'; CREATE CAST (json AS text) WITH FUNCTION lie(json)`,
        `CREATE OR REPLACE FUNCTION pg_catalog.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'`,
        `UPDATE pg_index SET indisready = false`,
        'SET ROLE postgres',
      ])
        expect([sql, (await refusal(ownerUrl, sql)).code]).toEqual([sql, DENIED]);
      expect([await mayRewriteAudit(url), await mayRewriteAudit(ownerUrl)]).toEqual([false, true]);
    });
    for (const role of ['postgres', 'bouncer_owner', 'bouncer'])
      expect((await stat(join(folder, `${role}.password`))).mode & 0o777).toBe(0o600);
  });

  it('receives what the superuser of an earlier version owned, and nothing is lost', async () => {
    await serveOnce();
    const before = await onServer(({ adminUrl }) => query(adminUrl, CONTENT));
    expect(await giveBack()).toEqual([{ owner: 'postgres' }]);
    await rm(join(folder, 'bouncer_owner.password'));
    await serveOnce();
    await onServer(async ({ url, ownerUrl, adminUrl }) => {
      expect(await owners(adminUrl)).toEqual([{ owner: 'bouncer_owner' }]);
      expect(await query(adminUrl, CONTENT)).toEqual(before);
      // The functions of the owner run with the owner's privileges.
      expect(await query(url, 'SELECT * FROM audit_prepare_partitions(5)')).toEqual([]);
      expect((await refusal(url, 'DELETE FROM audit_events')).code).toBe(DENIED);
      expect((await verify(url, folder)).report).toMatchObject({ whole: true });
      await runMigrations({ url, ownerUrl });
      expect(await owners(adminUrl)).toEqual([{ owner: 'bouncer_owner' }]);
    });
  });

  /** Transfers everything back to the superuser, as before there was an owner. */
  const giveBack = () =>
    onServer(async ({ adminUrl }) => {
      await query(adminUrl, `SELECT set_config('bouncer.owner', 'postgres', false)`);
      const back = TO_OWNER.replace('WHERE rolsuper', `WHERE rolname = 'bouncer_owner'`).replace(
        `pg_catalog.current_setting('bouncer.owner')`,
        `'postgres'`,
      );
      const statements = await query<{ format: string }>(adminUrl, back);
      for (const { format } of statements) await query(adminUrl, format);
      // Nothing but this command changes the owner of an extension.
      await query(adminUrl, 'REASSIGN OWNED BY bouncer_owner TO postgres');
      await query(adminUrl, 'DROP OWNED BY bouncer_owner');
      await query(adminUrl, 'DROP ROLE bouncer_owner');
      return owners(adminUrl);
    });

  it('receives the rest after an interrupted transfer', async () => {
    const odd = `
      CREATE TABLE numbered (id integer GENERATED ALWAYS AS IDENTITY, old serial, "na me" text);
      CREATE SEQUENCE alone; CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN word AS text; CREATE TYPE pair AS (a int, b int);
      CREATE VIEW seen AS SELECT * FROM numbered; CREATE TABLE "odd "" name" ();
      CREATE PROCEDURE doing(OUT done mood) LANGUAGE sql AS $$ SELECT 'a'::mood $$;
      CREATE AGGREGATE most(integer) (SFUNC = int4larger, STYPE = integer)`;
    expect(await makeOldFolder((adminUrl) => query(adminUrl, odd))).toEqual([{ owner: 'postgres' }]);
    await onServer(async ({ url, ownerUrl, adminUrl }) => {
      for (const name of ['users', 'audit_seals', 'audit_events_default'])
        await query(adminUrl, `ALTER TABLE ${name} OWNER TO postgres`);
      await query(adminUrl, 'ALTER SCHEMA audit_archive OWNER TO postgres');
      expect(await setUpOwner(adminUrl, { url, ownerUrl })).toBe(4);
      expect(await owners(adminUrl)).toEqual([{ owner: 'bouncer_owner' }]);
      await query(ownerUrl, 'DROP VIEW seen; DROP TABLE numbered, "odd "" name"; DROP SEQUENCE alone');
    });
  });

  it('is not changed when everything is right', async () => {
    await onServer(async (urls) => {
      await runMigrations(urls);
      const state = () => query(urls.adminUrl, 'SELECT oid, xmin::text FROM pg_class ORDER BY oid');
      const before = await state();
      expect(await setUpOwner(urls.adminUrl, urls)).toBe(0);
      expect(await state()).toEqual(before);
    });
  });
});

describe('The roles of docker-compose.yml', () => {
  it('are created by a script that transfers objects as the service does', async () => {
    expect(await readFile('docker/postgres-roles.sh', 'utf8')).toContain(TO_OWNER.trim());
  });

  it('suffice: migrations run as an owner that cannot create roles, and the service runs as the other', async () => {
    const database = await createDatabase('template0');
    try {
      const urls = { url: database.url, ownerUrl: database.schemaUrl };
      expect((await runMigrations(urls)).length).toBeGreaterThan(5);
      expect(await query(database.url, 'SELECT * FROM audit_prepare_partitions(1)')).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});
