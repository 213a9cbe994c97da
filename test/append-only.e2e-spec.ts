import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { runMigrations } from '../src/database/migrations.js';
import { mayRewriteAudit } from '../src/database/service-role.js';
import { createDatabase, query, refusal, type TestDatabase } from './support/database.js';
import { TestService } from './support/test-service.js';

const DENIED = '42501';
const INSERT = `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, action, outcome)
                VALUES ($1, $2, $1, 1, 'spec', 'success')`;
const TRIGGERS = `SELECT count(*)::int AS n FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'audit_events%' AND NOT tgisinternal`;

const month = (ahead: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1));
};
const partitionOf = (time: Date) => `audit_events_${time.toISOString().slice(0, 7).replace('-', '_')}`;

describe('The role of the service', () => {
  let service: TestService;
  let url: string;
  const thisMonth = partitionOf(month(0));

  beforeAll(async () => {
    service = await TestService.start();
    url = service.database.url;
  });
  afterAll(() => service.stop());

  it.each([
    `UPDATE audit_events SET outcome = 'success'`,
    `UPDATE ${thisMonth} SET outcome = 'success'`,
    'DELETE FROM audit_events',
    `DELETE FROM ${thisMonth}`,
    'TRUNCATE audit_events',
    `TRUNCATE ${thisMonth}`,
    'DROP TABLE audit_events',
    `DROP TABLE ${thisMonth}`,
    'ALTER TABLE audit_events DISABLE TRIGGER ALL',
    'ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only',
    'DROP TRIGGER audit_events_append_only ON audit_events',
    'ALTER TABLE audit_events ADD COLUMN spec text',
    `ALTER TABLE audit_events DETACH PARTITION ${thisMonth}`,
    'CREATE TABLE spec (id integer)',
    `CREATE TABLE spec PARTITION OF audit_events FOR VALUES FROM ('2001-01-01') TO ('2001-02-01')`,
    `CREATE FUNCTION spec() RETURNS void LANGUAGE sql AS 'SELECT'`,
    'CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$',
    'DROP FUNCTION audit_refuse_change() CASCADE',
    `SELECT audit_guard_partition('${thisMonth}')`,
    `INSERT INTO audit_events SELECT * FROM audit_events ON CONFLICT (id, occurred_at) DO UPDATE SET outcome = 'success'`,
    `MERGE INTO audit_events a USING audit_events b ON a.id = b.id WHEN MATCHED THEN DELETE`,
    'SELECT * FROM audit_events FOR UPDATE',
    `SET session_replication_role = 'replica'`,
    'SET ROLE postgres',
    'CREATE ROLE spec',
    'DELETE FROM key_usage',
    'TRUNCATE key_usage',
    'TRUNCATE documents',
    'ALTER TABLE users ADD COLUMN spec text',
    'DELETE FROM migrations',
    `UPDATE typeorm_metadata SET value = ''`,
  ])('is refused %s', async (sql) => {
    const { code, message } = await refusal(url, sql);
    // The privilege is checked before any trigger runs.
    expect([code, message]).toEqual([DENIED, expect.not.stringContaining('append-only')]);
  });

  it('has no more privileges than it needs', async () => {
    const [role] = await query(
      url,
      `SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user`,
    );
    expect(new Set(Object.values(role as object))).toEqual(new Set([false]));
    const owned = await query(url, `SELECT relname FROM pg_class WHERE relowner = current_user::regrole`);
    expect(owned).toEqual([]);
    expect(await mayRewriteAudit(url)).toBe(false);
    expect(await mayRewriteAudit(service.database.ownerUrl)).toBe(true);
  });

  it('does all that the service does', async () => {
    const user = await service.createUser();
    const key = await service.createKey(user, ['read', 'write', 'delete']);
    const made = await service.call(key.apiKey, 'documents_create', { title: 'T', content: 'C' });
    const { id } = made.body.result.structuredContent;
    for (const [tool, args] of [
      ['documents_update', { id, title: 'U' }],
      ['documents_search', { query: 'U' }],
      ['documents_delete', { id }],
    ] as const)
      expect((await service.call(key.apiKey, tool, args)).body.result.isError).toBeUndefined();
    const rows = await service.auditRows('key_id = $1', [key.id]);
    expect(rows.filter(({ outcome }) => outcome === 'success').length).toBeGreaterThanOrEqual(4);
    const usage = await service.request('GET', `/api/mcp/keys/${key.id}/usage`, { key: service.adminKey });
    expect(usage.body.calls).toBeGreaterThanOrEqual(4);
    expect((await service.request('GET', '/health/ready')).status).toBe(200);
  });

  it('can have partitions of whole months in UTC created for it, which it cannot change either', async () => {
    const partitions = () =>
      query<{ name: string; bounds: string }>(
        url,
        `SELECT inhrelid::regclass::text AS name, pg_get_expr(relpartbound, oid) AS bounds
         FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'audit_events'::regclass ORDER BY 1`,
      );
    await query(service.database.ownerUrl, `DROP TABLE ${partitionOf(month(2))}`);
    // Wide default privileges, which many databases have, must not apply to a partition.
    await query(service.database.ownerUrl, 'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO bouncer, PUBLIC');
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`SET timezone = 'Asia/Tokyo'; SET datestyle = 'German, DMY'`);
    expect((await client.query('SELECT * FROM audit_prepare_partitions(5)')).rows).toEqual([]);
    await client.end();
    const names = [0, 1, 2, 3, 4, 5].map((ahead) => partitionOf(month(ahead)));
    expect((await partitions()).map(({ name }) => name)).toEqual([...names, 'audit_events_default']);
    for (let ahead = 0; ahead <= 5; ahead++) {
      const bounds = (await partitions())[ahead]!.bounds;
      const [from, to] = [...bounds.matchAll(/'([^']+)'/g)].map(([, time]) => new Date(time!));
      expect([from, to]).toEqual([month(ahead), month(ahead + 1)]);
    }
    for (const name of [names[2], names[5]]) {
      for (const sql of [`UPDATE ${name} SET action = ''`, `DELETE FROM ${name}`, `TRUNCATE ${name}`])
        expect((await refusal(url, sql)).code).toBe(DENIED);
      await query(url, `SELECT * FROM ${name}`);
    }
    expect((await refusal(service.database.ownerUrl, `TRUNCATE ${names[5]}`)).message).toMatch(/append-only/);
  });

  it('can have a partition created once, however many replicas ask at the same time', async () => {
    const eleven = Array.from({ length: 11 }, () => query(url, 'SELECT * FROM audit_prepare_partitions(11)'));
    expect(await Promise.all(eleven)).toEqual(Array.from({ length: 11 }, () => []));
    const [made] = await query<{ name: string }>(
      url,
      `SELECT to_regclass('${partitionOf(month(11))}') AS name`,
    );
    expect(made!.name).toBe(partitionOf(month(11)));
  });

  it('is told which month cannot be prepared, and gets the other months', async () => {
    const { ownerUrl } = service.database;
    await query(ownerUrl, `DROP TABLE ${partitionOf(month(2))}, ${partitionOf(month(3))}`);
    await query(url, INSERT, [uuid(), month(2)]);
    expect(await query(url, 'SELECT * FROM audit_prepare_partitions(3)')).toEqual([
      { partition: partitionOf(month(2)), problem: expect.stringContaining('default partition') },
    ]);
    expect(await query(url, `SELECT FROM ${partitionOf(month(3))}`)).toEqual([]);
  });

  it.each(['-1', '13', 'NULL', '2147483647'])(
    'cannot have partitions created for %s months',
    async (months) => {
      expect((await refusal(url, `SELECT audit_prepare_partitions(${months})`)).code).toBe('22023');
    },
  );
});

describe('The owner of the audit', () => {
  let database: TestDatabase;
  const id = uuid();

  beforeEach(async () => {
    database = await createDatabase();
    await query(database.url, 'SELECT audit_prepare_partitions(0)');
    await query(database.url, INSERT, [id, new Date()]);
  });
  afterEach(() => database.drop());

  it.each([
    ['UPDATE', 'audit_events', `UPDATE audit_events SET outcome = 'denied'`],
    ['UPDATE', 'a partition', `UPDATE ${partitionOf(month(0))} SET outcome = 'denied'`],
    ['DELETE', 'audit_events', 'DELETE FROM audit_events'],
    ['DELETE', 'a partition', `DELETE FROM ${partitionOf(month(0))}`],
    ['TRUNCATE', 'audit_events', 'TRUNCATE audit_events'],
    ['TRUNCATE', 'a partition', `TRUNCATE ${partitionOf(month(0))}`],
    ['TRUNCATE', 'the default partition', 'TRUNCATE audit_events_default'],
  ])('is refused %s of %s as well', async (operation, _, sql) => {
    const { code, message } = await refusal(database.schemaUrl, sql);
    expect(code).toBe(DENIED);
    expect(message).toMatch(
      new RegExp(`^The audit is append-only: ${operation} of audit_events\\w* is refused$`),
    );
    expect(await query(database.url, 'SELECT id, outcome FROM audit_events')).toEqual([
      { id, outcome: 'success' },
    ]);
  });

  it('can detach a partition, and drop it', async () => {
    const name = partitionOf(month(0));
    await query(database.schemaUrl, `ALTER TABLE audit_events DETACH PARTITION ${name}`);
    expect(await query(database.url, 'SELECT FROM audit_events')).toHaveLength(0);
    await query(database.schemaUrl, `DROP TABLE ${name}`);
  });

  it('gives a detached partition no further rights at the next migration run', async () => {
    const name = partitionOf(month(0));
    await query(database.schemaUrl, `ALTER TABLE audit_events DETACH PARTITION ${name}`);
    await runMigrations({ url: database.url, ownerUrl: database.schemaUrl });
    expect((await refusal(database.url, `DELETE FROM ${name}`)).code).toBe(DENIED);
  });

  it('removes the triggers from every partition when it reverts the migration', async () => {
    const [before] = await query<{ n: number }>(database.schemaUrl, TRIGGERS);
    expect(before!.n).toBeGreaterThan(0);
    const { AuditAppendOnly1795000700000: Migration } =
      await import('../src/database/migrations/1795000700000-audit-append-only.js');
    const dataSource = await new DataSource({ type: 'postgres', url: database.schemaUrl }).initialize();
    try {
      await new Migration().down(dataSource.createQueryRunner());
      expect(await dataSource.query(TRIGGERS)).toEqual([{ n: 0 }]);
      await dataSource.query('DELETE FROM audit_events');
      await new Migration().up(dataSource.createQueryRunner());
      expect(await dataSource.query(TRIGGERS)).toEqual([before]);
    } finally {
      await dataSource.destroy();
    }
  });
});

describe('Audit rows that the role may not add', () => {
  it('wait without any call being refused, and are all written once the privilege is granted', async () => {
    const service = await TestService.start();
    try {
      const { apiKey } = await service.createKey(await service.createUser(), ['read']);
      await service.call(apiKey, 'whoami');
      await service.auditRows();
      const writer = service.service.app.get(AuditWriter, { strict: false });
      await service.query('REVOKE INSERT ON audit_events FROM bouncer');
      for (let call = 0; call < 5; call++) expect((await service.call(apiKey, 'whoami')).status).toBe(200);
      await writer.flush();
      expect(writer.state()).toMatchObject({ spooled: 5, dropped: 0 });
      await service.query('GRANT INSERT ON audit_events TO bouncer');
      expect(await service.auditRows(`tool = 'whoami'`)).toHaveLength(6);
      expect(writer.state()).toMatchObject({ pending: 0, spooled: 0, dropped: 0 });
    } finally {
      await service.stop();
    }
  });
});
