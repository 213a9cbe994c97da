import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';

describe.each([
  ['reason', 'AuditReasonIndex1795001500000', '(reason, id, tool, action) WHERE reason IS NOT NULL'],
  [
    'organization',
    'AuditOrganizationIndex1798000600100',
    `(coalesce(organization_id, '00000000-0000-7000-8000-000000000001'), id)`,
  ],
  ['key_name', 'AuditCallerIndexes1799000600100', '(key_name, id) WHERE key_name IS NOT NULL'],
  ['client', 'AuditCallerIndexes1799000600100', '(left(client_id, 512), id) WHERE client_id IS NOT NULL'],
  ['actors', 'AuditCallerIndexes1799000600100', 'USING gin (actors) WHERE actors IS NOT NULL'],
])('The index of the audit by %s', (suffix, migration, columns) => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
    await ask('SELECT audit_prepare_partitions(2)');
    await withMigrations(database.ownerUrl, async (dataSource) => {
      while (await ran(migration)) await dataSource.undoLastMigration();
    });
  });
  afterEach(() => database.drop());

  const ask = <T>(sql: string) => query<T>(database.ownerUrl, sql);
  const ran = async (name: string) => (await ask(`SELECT FROM migrations WHERE name = '${name}'`)).length > 0;
  const partitions = async () =>
    (
      await ask<{ name: string }>(
        `SELECT inhrelid::regclass::text AS name FROM pg_inherits
         WHERE inhparent = 'audit_events'::regclass ORDER BY 1`,
      )
    ).map(({ name }) => name);
  const indexed = () =>
    ask<{ partition: string; valid: boolean }>(
      `SELECT indrelid::regclass::text AS partition, indisvalid AS valid FROM pg_inherits
       JOIN pg_index ON indexrelid = inhrelid WHERE inhparent = 'audit_events_${suffix}'::regclass ORDER BY 1`,
    );
  const expectWhole = async () => {
    const names = await partitions();
    expect(names.length).toBeGreaterThan(3);
    expect(await indexed()).toEqual(names.map((partition) => ({ partition, valid: true })));
    expect(
      await ask(
        `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'audit_events_${suffix}'::regclass`,
      ),
    ).toEqual([{ valid: true }]);
  };

  it('is built on each partition, and on those that are created later', async () => {
    await runMigrations(database);
    await expectWhole();
    await ask(`CREATE TABLE audit_events_2031_01 PARTITION OF audit_events
               FOR VALUES FROM ('2031-01-01') TO ('2031-02-01')`);
    await expectWhole();
  });

  it('is completed after an interrupted earlier run', async () => {
    const [first, second] = await partitions();
    await ask(`CREATE INDEX audit_events_${suffix} ON ONLY audit_events ${columns}`);
    await ask(`CREATE INDEX ${first}_${suffix} ON ${first} ${columns}`);
    await ask(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${first}_${suffix}'::regclass`);
    await ask(`CREATE INDEX ${second}_${suffix} ON ${second} ${columns}`);
    await runMigrations(database);
    await expectWhole();
  });

  it('is built once by two services that start at the same time, without a deadlock', async () => {
    const runs = await Promise.all([runMigrations(database), runMigrations(database)]);
    expect(runs.flat().filter((name) => name === migration)).toEqual([migration]);
    await expectWhole();
  });
});
