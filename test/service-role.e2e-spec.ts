import { hasPendingMigrations, runMigrations } from '../src/database/migrations.js';
import { createDatabase, query, refusal, type TestDatabase } from './support/database.js';

const DENIED = '42501';

describe('A migration run', () => {
  const named = (url: string, role: string) => url.replace(/\/\/[^@]*@/, `//${role}:its%20p%40ss@`);
  let database: TestDatabase;
  const role = `spec_${process.pid}_${Date.now()}`;

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(async () => {
    await query(database.ownerUrl, `DROP OWNED BY "${role}"`);
    await query(database.ownerUrl, `DROP ROLE "${role}"`);
    await database.drop();
  });

  it('creates the role of DATABASE_URL if there is none, with the password of the URL', async () => {
    const url = named(database.url, role);
    await runMigrations({ ...database, url });
    expect(await query(url, 'SELECT current_user::text AS name')).toEqual([{ name: role }]);
    await expect(query(named(database.url, role).replace('p%40ss', 'other'), 'SELECT')).rejects.toThrow(
      /password authentication failed/,
    );
    expect((await refusal(url, 'DELETE FROM audit_events')).code).toBe(DENIED);
    await query(url, 'DELETE FROM documents');
  });

  it('grants all data privileges on the tables of later migrations, and revokes any others', async () => {
    const url = named(database.url, role);
    await query(database.ownerUrl, 'CREATE TABLE later (id integer GENERATED ALWAYS AS IDENTITY, name text)');
    await query(database.ownerUrl, `GRANT ALL ON audit_events, migrations, users TO "${role}"`);
    await query(database.ownerUrl, 'GRANT CREATE ON SCHEMA public TO PUBLIC');
    await runMigrations({ ...database, url });
    await query(url, `INSERT INTO later (name) VALUES ('a')`);
    await query(url, `UPDATE later SET name = 'b'`);
    expect(await query(url, 'DELETE FROM later RETURNING id, name')).toEqual([{ id: 1, name: 'b' }]);
    for (const sql of [
      'DELETE FROM audit_events',
      'DELETE FROM migrations',
      'TRUNCATE users',
      'TRUNCATE later',
      'CREATE TABLE spec ()',
    ])
      expect((await refusal(url, sql)).code).toBe(DENIED);
  });

  it('works for an owner that is not a superuser, and says what such an owner cannot create', async () => {
    const owner = `${role}_owner`;
    const own = await createDatabase('template0');
    const urls = { url: named(own.url, `${role}_second`), ownerUrl: named(own.url, owner) };
    try {
      await query(own.ownerUrl, `CREATE ROLE "${owner}" LOGIN PASSWORD 'its p@ss'`);
      await query(own.ownerUrl, `ALTER DATABASE ${own.name} OWNER TO "${owner}"`);
      await expect(runMigrations(urls)).rejects.toThrow(
        `The role "${role}_second", which DATABASE_URL names, does not exist and could not be created`,
      );
      await query(own.ownerUrl, `ALTER ROLE "${owner}" CREATEROLE`);
      await runMigrations(urls);
      expect(await query(urls.url, 'SELECT * FROM audit_prepare_partitions(1)')).toEqual([]);
      expect(await hasPendingMigrations({ ...urls, ownerUrl: urls.url })).toBe(false);
      for (const url of Object.values(urls))
        expect((await refusal(url, 'TRUNCATE audit_events')).code).toBe(DENIED);
    } finally {
      await own.drop();
      await query(database.ownerUrl, `DROP ROLE IF EXISTS "${role}_second", "${owner}"`);
    }
  });

  it('changes nothing when the privileges are right', async () => {
    const url = named(database.url, role);
    const rights = `SELECT oid, xmin::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY oid`;
    await runMigrations({ ...database, url });
    const before = await query(database.ownerUrl, rights);
    await runMigrations({ ...database, url });
    expect(await query(database.ownerUrl, rights)).toEqual(before);
  });

  it('revokes nothing from an owner that is also the role of DATABASE_URL', async () => {
    const single = await createDatabase('template0');
    try {
      await runMigrations({ url: single.ownerUrl, ownerUrl: single.ownerUrl });
      await query(single.ownerUrl, 'CREATE TABLE spec (id integer)');
      expect(await query(single.ownerUrl, 'SELECT * FROM audit_prepare_partitions(1)')).toEqual([]);
    } finally {
      await single.drop();
    }
  });

  it('is pending for a role without any privileges', async () => {
    const { url } = database;
    expect(await hasPendingMigrations({ url, ownerUrl: url })).toBe(false);
    await query(database.ownerUrl, 'REVOKE ALL ON migrations, typeorm_metadata FROM bouncer');
    expect(await hasPendingMigrations({ url, ownerUrl: url })).toBe(true);
    await runMigrations(database);
    expect(await hasPendingMigrations({ url, ownerUrl: url })).toBe(false);
  });

  it('needs no owner while no migration is pending', async () => {
    expect(await runMigrations({ url: database.url, ownerUrl: database.url })).toEqual([]);
  });
});
