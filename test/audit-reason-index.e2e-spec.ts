import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';

const NAME = 'AuditReasonIndex1795001500000';
const COLUMNS = '(reason, id, tool, action) WHERE reason IS NOT NULL';

describe('The index behind the filter reason', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
    await ask('SELECT audit_prepare_partitions(2)');
    await withMigrations(database.ownerUrl, async (dataSource) => {
      while (await ran(NAME)) await dataSource.undoLastMigration();
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
       JOIN pg_index ON indexrelid = inhrelid WHERE inhparent = 'audit_events_reason'::regclass ORDER BY 1`,
    );
  const expectWhole = async () => {
    const names = await partitions();
    expect(names.length).toBeGreaterThan(3);
    expect(await indexed()).toEqual(names.map((partition) => ({ partition, valid: true })));
    expect(
      await ask(
        `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'audit_events_reason'::regclass`,
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
    await ask(`CREATE INDEX audit_events_reason ON ONLY audit_events ${COLUMNS}`);
    await ask(`CREATE INDEX ${first}_reason ON ${first} ${COLUMNS}`);
    await ask(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${first}_reason'::regclass`);
    await ask(`CREATE INDEX ${second}_reason ON ${second} ${COLUMNS}`);
    await runMigrations(database);
    await expectWhole();
  });

  it('is built once by two services that start at the same time, without a deadlock', async () => {
    const runs = await Promise.all([runMigrations(database), runMigrations(database)]);
    expect(runs.flat().filter((name) => name === NAME)).toEqual([NAME]);
    await expectWhole();
  });
});
