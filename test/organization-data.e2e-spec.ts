import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { newId } from '../src/common/new-id.js';
import { OrganizationCheck } from '../src/database/organization/organization-check.js';
import { OrganizationColumn } from '../src/database/organization/organization-column.decorator.js';
import { OrganizationData } from '../src/database/organization/organization-data.js';
import {
  disableOrganizationSecurity,
  enableOrganizationSecurity,
} from '../src/database/organization/organization-security.js';
import {
  ALL_ORGANIZATIONS,
  NONE,
  ORGANIZATION_SETTING,
} from '../src/database/organization/organization-setting.js';
import { poolOf } from '../src/database/pool.js';
import { PreparedRead } from '../src/database/prepared-read.js';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { readsEveryOrganization } from '../src/database/service-role.js';
import { withSessionSettings } from '../src/database/session-settings.js';
import { StartMistakes } from '../src/errors/start-mistakes.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';

@Entity('notes')
class Note {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'notes_pkey' })
  id!: string;

  @Column('text')
  text!: string;

  @OrganizationColumn()
  organizationId!: string;
}

const OLD = { organizationId: '00000000-0000-7000-8000-000000000001' };
const NEW = { organizationId: newId() };
const NAMES = new Map([
  [OLD.organizationId, 'old'],
  [NEW.organizationId, 'new'],
]);
const CONNECTIONS = 2;
const NOTES_OF_EACH = 5;
/** The text of a refused row of another organisation. */
const REFUSED = 'new row violates row-level security policy for table "notes"';

describe('The rows of an organisation', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let data: OrganizationData;
  let all: PreparedRead<{ organizationId: string }>;

  beforeAll(async () => {
    database = await createDatabase();
    await withMigrations(database.schemaUrl, async (owner) => {
      await owner.query('CREATE TABLE notes (id uuid CONSTRAINT notes_pkey PRIMARY KEY, text text NOT NULL)');
      await enableOrganizationSecurity(owner.createQueryRunner(), 'notes');
    });
    await runMigrations({ url: database.url, ownerUrl: database.schemaUrl });
    dataSource = new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [Note],
      poolSize: CONNECTIONS,
      extra: withSessionSettings({ [ORGANIZATION_SETTING]: NONE }),
    });
    await dataSource.initialize();
    data = new OrganizationData(dataSource);
    all = PreparedRead.of(dataSource.getRepository(Note), 'notes_all', ['organizationId'], '');
    for (const organization of [OLD, NEW])
      await data.transaction(organization, (manager) =>
        manager.insert(
          Note,
          Array.from({ length: NOTES_OF_EACH }, () => ({ id: newId(), text: 'A note' })),
        ),
      );
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const pool = () => poolOf(dataSource);
  /** Describes rows by how many there are of each organisation. */
  const countsOf = (rows: { organizationId: string }[]) => {
    const counts: Record<string, number> = {};
    for (const { organizationId } of rows) {
      const name = NAMES.get(organizationId)!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };
  const SELECT = 'SELECT organization_id AS "organizationId" FROM notes';
  const WAYS: Record<string, (of: typeof OLD) => Promise<{ organizationId: string }[]>> = {
    'a statement': (of) => data.query(of, SELECT),
    'a repository in a transaction': (of) => data.transaction(of, (manager) => manager.find(Note)),
    'a prepared read': (of) => all.rows([], of),
  };

  it.each(Object.entries(WAYS))('are all that %s without a filter gives', async (_, read) => {
    expect(countsOf(await read(OLD))).toEqual({ old: NOTES_OF_EACH });
    expect(countsOf(await read(NEW))).toEqual({ new: NOTES_OF_EACH });
    expect(countsOf(await read({ organizationId: newId() }))).toEqual({});
  });

  it('are told apart in one round trip of prepared reads', async () => {
    const asked = [OLD, NEW, NEW, undefined, OLD, NEW, undefined, OLD];
    const answers = await Promise.all(asked.map((of) => all.rows([], of)));
    expect(answers.map(countsOf)).toEqual(
      asked.map((of) => (of ? { [NAMES.get(of.organizationId)!]: NOTES_OF_EACH } : {})),
    );
  });

  it('are not read, changed, deleted or written where no organisation is named', async () => {
    const notes = dataSource.getRepository(Note);
    expect(await notes.find()).toEqual([]);
    expect((await notes.update({ text: 'A note' }, { text: 'Changed' })).affected).toBe(0);
    expect((await notes.delete({ text: 'A note' })).affected).toBe(0);
    await expect(notes.insert({ id: newId(), text: 'Of nobody' })).rejects.toThrow(REFUSED);
    await expect(notes.insert({ id: newId(), text: 'Of the old one', ...OLD })).rejects.toThrow(REFUSED);
  });

  it('are not changed, deleted, taken or given by a statement of another organisation', async () => {
    const changed = await data.query<{ organizationId: string }>(
      NEW,
      `UPDATE notes SET text = 'Changed' RETURNING organization_id AS "organizationId"`,
    );
    expect(countsOf(changed)).toEqual({ new: NOTES_OF_EACH });
    const [kept] = await data.query<{ kept: number }>(
      OLD,
      `SELECT count(*) FILTER (WHERE text = 'A note')::int AS kept FROM notes`,
    );
    expect(kept).toEqual({ kept: NOTES_OF_EACH });
    const give = `UPDATE notes SET organization_id = $1`;
    await expect(data.query(NEW, give, [OLD.organizationId])).rejects.toThrow(REFUSED);
    const insert = 'INSERT INTO notes (id, text, organization_id) VALUES ($1, $2, $3)';
    await expect(data.query(NEW, insert, [newId(), 'x', OLD.organizationId])).rejects.toThrow(REFUSED);
    let deleted: number | null | undefined;
    const deletion = data.transaction(NEW, async (manager) => {
      deleted = (await manager.delete(Note, { text: 'Changed' })).affected;
      throw new Error('taken back');
    });
    await expect(deletion).rejects.toThrow('taken back');
    expect(deleted).toBe(NOTES_OF_EACH);
  });

  it('are all there for work that names all organisations, which says whose row it writes', async () => {
    const both = { old: NOTES_OF_EACH, new: NOTES_OF_EACH };
    expect(countsOf(await data.query(ALL_ORGANIZATIONS, SELECT))).toEqual(both);
    expect(countsOf(await all.rows([], ALL_ORGANIZATIONS))).toEqual(both);
    const insert = `INSERT INTO notes (id, text) VALUES ($1, 'Of nobody')`;
    await expect(data.query(ALL_ORGANIZATIONS, insert, [newId()])).rejects.toThrow(
      'null value in column "organization_id"',
    );
  });

  it('of the default organisation alone are seen by a process of the version before', async () => {
    const seen = await query<{ organizationId: string }>(database.url, SELECT);
    expect(countsOf(seen)).toEqual({ old: NOTES_OF_EACH });
  });

  it('stay apart on few connections, also after errors, cancelled statements and failed transactions', async () => {
    const failing = new PreparedRead(dataSource, 'notes_failing', 'SELECT 1 / $1::int FROM notes');
    const insert = `INSERT INTO notes (id, text) VALUES ($1, 'Half done')`;
    const cancelled = `SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1) FROM notes`;
    const failures: ((of: typeof OLD) => Promise<unknown>)[] = [
      (of) => failing.rows([0], of),
      (of) => data.query(of, 'SELECT 1 / 0'),
      (of) => data.query(of, cancelled),
      (of) => data.query(of, 'SELECT FROM nothing'),
      (of) => data.transaction(of, (manager) => manager.query(cancelled)),
      (of) =>
        data.transaction(of, async (manager) => {
          await manager.query(insert, [newId()]);
          throw new Error('given up');
        }),
    ];
    const wrong: unknown[] = [];
    const check = async (
      of: typeof OLD | undefined,
      way: string,
      read: () => Promise<{ organizationId: string }[]>,
    ) => {
      const counts = countsOf(await read());
      const wanted = of ? { [NAMES.get(of.organizationId)!]: NOTES_OF_EACH } : {};
      if (JSON.stringify(counts) !== JSON.stringify(wanted)) wrong.push([way, wanted, counts]);
    };
    let failed = 0;
    await Promise.all(
      Array.from({ length: 600 }, async (_, number) => {
        const of = number % 2 ? OLD : NEW;
        const kind = number % 5;
        const [name, read] = Object.entries(WAYS)[number % 3]!;
        if (kind === 0) {
          const failure = failures[(number / 5) % failures.length]!;
          await failure(of).catch(() => failed++);
        } else if (kind === 1)
          await check(undefined, 'no organisation', () =>
            pool()
              .query(SELECT)
              .then(({ rows }) => rows),
          );
        else await check(of, name, () => read(of));
      }),
    );
    expect(wrong).toEqual([]);
    expect(failed).toBe(120);
    const settings = await onEachConnection(`SELECT current_setting('bouncer.organization') AS value`);
    expect(settings.flat()).toEqual(Array.from({ length: CONNECTIONS }, () => ({ value: 'none' })));
  });

  it('are read after the prepared statements of every connection are gone', async () => {
    await onEachConnection('DEALLOCATE ALL');
    for (const read of Object.values(WAYS)) {
      expect(countsOf(await read(NEW))).toEqual({ new: NOTES_OF_EACH });
      expect(countsOf(await read(OLD))).toEqual({ old: NOTES_OF_EACH });
    }
  });

  it('have a schema that is that of the entity', async () => {
    const owner = new DataSource({ type: 'postgres', url: database.schemaUrl, entities: [Note] });
    await owner.initialize();
    try {
      const changes = await owner.driver.createSchemaBuilder().log();
      expect(changes.upQueries.map(({ query: text }) => text)).toEqual([]);
    } finally {
      await owner.destroy();
    }
  });

  it('are held apart where the service owns the tables, and are all there for an owner of its own', async () => {
    const { schemaUrl } = database;
    const seenByOwner = async () => countsOf(await query(schemaUrl, SELECT));
    const dumped = () => query(schemaUrl, `SET row_security = off; ${SELECT}`);
    expect(await seenByOwner()).toEqual({ old: NOTES_OF_EACH, new: NOTES_OF_EACH });
    await dumped();
    expect(await readsEveryOrganization(schemaUrl)).toBe(true);
    await runMigrations({ url: schemaUrl, ownerUrl: schemaUrl });
    expect(await seenByOwner()).toEqual({ old: NOTES_OF_EACH });
    expect(await readsEveryOrganization(schemaUrl)).toBe(false);
    await expect(dumped()).rejects.toThrow('query would be affected by row-level security');
    await runMigrations({ url: database.url, ownerUrl: schemaUrl });
    expect(await seenByOwner()).toEqual({ old: NOTES_OF_EACH, new: NOTES_OF_EACH });
  });

  it('are not held apart from a superuser, which the service says at its start', async () => {
    expect([
      await readsEveryOrganization(database.ownerUrl),
      await readsEveryOrganization(database.url),
    ]).toEqual([true, false]);
  });

  it('lose their organisation with the policy, without which the service does not start', async () => {
    const mistakes = new StartMistakes();
    const check = new OrganizationCheck(dataSource, mistakes);
    await check.onApplicationBootstrap();
    mistakes.assertNone();
    await query(database.schemaUrl, 'ALTER POLICY organization ON notes RENAME TO other');
    await check.onApplicationBootstrap();
    expect(() => mistakes.assertNone()).toThrow(
      "Note: has an @OrganizationColumn, but PostgreSQL does not keep organisations apart in its table; call enableOrganizationSecurity(db, 'notes') in a migration",
    );
    await query(database.schemaUrl, 'ALTER POLICY other ON notes RENAME TO organization');
    await withMigrations(database.schemaUrl, (owner) =>
      disableOrganizationSecurity(owner.createQueryRunner(), 'notes'),
    );
    expect(await query(database.url, 'SELECT FROM notes')).toHaveLength(2 * NOTES_OF_EACH);
  });

  async function onEachConnection(sql: string): Promise<unknown[][]> {
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool().connect()));
    const results = await Promise.all(clients.map((client) => client.query(sql)));
    for (const client of clients) client.release();
    return results.map(({ rows }) => rows);
  }
});
