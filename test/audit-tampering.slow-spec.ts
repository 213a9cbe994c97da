import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import {
  addRows,
  named,
  oneTo,
  otherSealer,
  type Statement,
  tamper,
  verify,
  verifyByCommand,
} from './support/audit-chain.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { TestService } from './support/test-service.js';

const thisMonth = `audit_events_${new Date().toISOString().slice(0, 7).replace('-', '_')}`;
const forge = (id: string): Statement => [`UPDATE audit_events SET user_name = 'Eve' WHERE id = $1`, [id]];
/** Creates a function that shows Ada where Eve is stored. */
const liar = (type: string, returns: string) => `
  CREATE FUNCTION public.lie(${type}) RETURNS ${returns} LANGUAGE sql IMMUTABLE STRICT AS
  $$ SELECT pg_catalog.replace(pg_catalog.textin(pg_catalog.${type}_out($1)), '"Eve"', '"Ada"')::pg_catalog.${returns} $$`;

describe('audit:verify on a schema that was changed to deceive it', () => {
  let service: TestService;
  const nodeId = uuid();
  let forgedId: string;
  let database: TestDatabase;

  beforeAll(async () => {
    service = await TestService.start({ env: { AUDIT_SEAL_SECONDS: '600' } });
    const rows = await addRows(service, nodeId, oneTo(10));
    await otherSealer(service, nodeId).advance(10);
    forgedId = rows[4]!.id;
    await service.service.stop();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    database = await createDatabase(service.database.name);
  });
  afterEach(() => database.drop());

  const change = (...statements: Statement[]) => tamper(database.ownerUrl, ...statements);
  const check = () => verify(database.url, service.dataDir);
  /** Returns the findings when the tables themselves are not trusted, so that no row is read. */
  async function problems(): Promise<string[]> {
    const { code, report } = await check();
    expect([code, report.whole, report.rows]).toEqual([1, false, 0]);
    expect(new Set(report.findings.map(({ kind }) => kind))).toEqual(new Set(['schema']));
    return report.findings.map(({ what }) => what);
  }

  it('names a column that became an enum with its own cast to json, which the owner can create', async () => {
    const names = await query<{ name: string }>(
      database.ownerUrl,
      `SELECT DISTINCT user_name AS name FROM audit_events WHERE user_name IS NOT NULL UNION SELECT 'Eve'`,
    );
    for (const sql of [
      `CREATE TYPE public.shown AS ENUM (${names.map(({ name }) => `'${name}'`).join(', ')})`,
      `CREATE FUNCTION public.shown_as(public.shown) RETURNS json LANGUAGE sql IMMUTABLE STRICT AS
         $$ SELECT pg_catalog.to_json(CASE $1::pg_catalog.text WHEN 'Eve' THEN 'Ada' ELSE $1::pg_catalog.text END) $$`,
      'CREATE CAST (public.shown AS json) WITH FUNCTION public.shown_as(public.shown)',
      `ALTER TABLE audit_events ALTER COLUMN user_name TYPE public.shown
         USING (CASE WHEN id = '${forgedId}' THEN 'Eve' ELSE user_name END)::public.shown`,
    ])
      await query(database.schemaUrl, sql);
    expect(await problems()).toContain(`${thisMonth}.user_name: its type is public.shown, not text`);
  });

  it('names a cast from json to text, which a superuser can create, and is not deceived by it', async () => {
    await change(
      [liar('json', 'text')],
      ['CREATE CAST (json AS text) WITH FUNCTION public.lie(json)'],
      forge(forgedId),
    );
    expect(await problems()).toEqual([`cast from json to text: it is not PostgreSQL's own`]);
  });

  it.each([
    ['text', 'json', 'ASSIGNMENT'],
    ['text', 'uuid', 'IMPLICIT'],
    ['jsonb', 'text', 'IMPLICIT'],
  ])('names a cast from %s to %s', async (from, to, context) => {
    await change(
      [`CREATE FUNCTION public.lie(${from}) RETURNS ${to} LANGUAGE sql AS 'SELECT NULL::${to}'`],
      [`CREATE CAST (${from} AS ${to}) WITH FUNCTION public.lie(${from}) AS ${context}`],
    );
    expect(await problems()).toEqual([`cast from ${from} to ${to}: it is not PostgreSQL's own`]);
  });

  it.each([
    ['a domain', 'audit_events', `user_agent TYPE public.free`, 'public.free, not text'],
    ['another type', 'audit_events', `user_agent TYPE character varying`, 'character varying, not text'],
    [
      'more digits',
      'audit_events',
      `recorded_at TYPE timestamptz(6)`,
      'timestamp(6) with time zone, not timestamp(3) with time zone',
    ],
    ['a domain', 'audit_seals', `key_id TYPE public.free`, 'public.free, not text'],
    ['another type', 'audit_seals', `closed TYPE text`, 'text, not boolean'],
    ['a domain', 'audit_retention', `key_id TYPE public.free`, 'public.free, not text'],
  ])('names a column that became %s, in %s', async (_, table, altered, type) => {
    await change(
      ['CREATE DOMAIN public.free AS text'],
      [`ALTER TABLE ${table} ALTER COLUMN ${altered}`],
      [`CREATE CAST (public.free AS json) WITH INOUT`],
    );
    const [column] = altered.split(' ');
    const told = await problems();
    expect(told).toContain(`${table}.${column}: its type is ${type}`);
    if (table === 'audit_events')
      expect(told).toContain(`audit_events_default.${column}: its type is ${type}`);
  });

  it.each([
    ['is computed', `ADD COLUMN tool text GENERATED ALWAYS AS ('whoami') STORED`, 'it is computed'],
    ['is gone', 'ADD COLUMN instrument text', 'it is not there'],
  ])('names a column that %s', async (_, added, problem) => {
    await change(
      ['ALTER TABLE audit_events RENAME COLUMN tool TO hidden'],
      [`ALTER TABLE audit_events ${added}`],
    );
    expect(await problems()).toContain(`audit_events.tool: ${problem}`);
  });

  it.each(['audit_events', 'audit_seals', 'audit_retention'])(
    'names a view that replaces %s',
    async (table) => {
      await change(
        [`ALTER TABLE ${table} RENAME TO hidden`],
        [`CREATE VIEW ${table} AS SELECT * FROM hidden`],
        [`GRANT SELECT ON ${table} TO bouncer`],
      );
      expect(await problems()).toContain(`${table}: it is not a plain table`);
    },
  );

  it('names a missing table', async () => {
    await change(['DROP TABLE audit_retention']);
    expect(await problems()).toEqual(['audit_retention: it is not there']);
  });

  it('names a partition that is itself partitioned', async () => {
    await change([
      `CREATE TABLE odd PARTITION OF audit_events
       FOR VALUES FROM ('2002-01-01') TO ('2002-02-01') PARTITION BY RANGE (occurred_at)`,
    ]);
    expect(await problems()).toEqual(['odd: it is not a plain table']);
  });

  it.each([
    ['audit_events', 'ENABLE ROW LEVEL SECURITY'],
    [thisMonth, 'ENABLE ROW LEVEL SECURITY'],
    ['audit_seals', 'ENABLE ROW LEVEL SECURITY'],
    ['audit_retention', 'FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL SECURITY'],
  ])('names row security on %s', async (table, clause) => {
    await change([`CREATE POLICY shown ON ${table} USING (true)`], [`ALTER TABLE ${table} ${clause}`]);
    expect(await problems()).toEqual([`${table}: it has row security`]);
  });

  it('names rules, tables that inherit, and triggers that change what is written', async () => {
    await change(
      ['CREATE RULE away AS ON DELETE TO audit_events DO INSTEAD NOTHING'],
      ['CREATE TABLE more () INHERITS (audit_seals)'],
      [
        `CREATE FUNCTION public.meddle() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN NEW.user_name := 'Ada'; RETURN NEW; END $$`,
      ],
      [`CREATE TRIGGER meddle BEFORE INSERT ON ${thisMonth} FOR EACH ROW EXECUTE FUNCTION public.meddle()`],
    );
    expect(await problems()).toEqual([
      'audit_events: it has rules',
      `${thisMonth}: a trigger can change what is written to it`,
      'audit_seals: other tables inherit from it',
    ]);
  });

  it.each([
    [
      'textsend',
      '(text) RETURNS bytea',
      `pg_catalog.convert_to(pg_catalog.replace($1, 'Eve', 'Ada'), 'UTF8')`,
    ],
    ['sha256', '(bytea) RETURNS bytea', '$1'],
  ])('names %s, which replaces PostgreSQL’s own', async (name, signature, body) => {
    await change([
      `CREATE OR REPLACE FUNCTION pg_catalog.${name}${signature} LANGUAGE sql STABLE STRICT AS $$ SELECT ${body} $$`,
    ]);
    expect((await problems())[0]).toBe(`function ${name}: it is not PostgreSQL's own`);
  });

  it('finds an untouched audit intact when functions and operators of the same names exist elsewhere', async () => {
    await shadow();
    expect((await check()).code).toBe(0);
  });

  it('names a changed row when functions and operators of the same names exist elsewhere', async () => {
    await change(forge(forgedId));
    await shadow();
    const { report } = await check();
    expect(report.findings.map(named)).toEqual([['changed', nodeId, 5, forgedId]]);
  });

  /** Creates them in a schema of everybody's search path, before PostgreSQL's own. */
  async function shadow(): Promise<void> {
    await change(
      [
        `CREATE FUNCTION public.textsend(text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT ''::bytea $$`,
      ],
      [`CREATE FUNCTION public.sha256(bytea) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT ''::bytea $$`],
      [`CREATE FUNCTION public.octet_length(text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'`],
      [`CREATE FUNCTION public.never(uuid, uuid) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'`],
      ['CREATE OPERATOR public.= (FUNCTION = public.never, LEFTARG = uuid, RIGHTARG = uuid)'],
      [`ALTER DATABASE ${database.name} SET search_path = public, pg_catalog`],
    );
  }

  it('names an operator that was added beside those of PostgreSQL', async () => {
    await change(
      [`CREATE FUNCTION public.never(uuid, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false'`],
      ['CREATE OPERATOR pg_catalog.= (FUNCTION = public.never, LEFTARG = uuid, RIGHTARG = text)'],
    );
    expect(await problems()).toEqual([`operator =(uuid,text): it is not PostgreSQL's own`]);
  });

  it('names rows that are missing from the index by which they are read', async () => {
    await change(
      [`UPDATE pg_index SET indisready = false WHERE indrelid = '${thisMonth}'::regclass`],
      [
        `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, action, outcome)
         VALUES ($1, now(), $1, 1, 'spec', 'success')`,
        [uuid()],
      ],
      [`ALTER DATABASE ${database.name} SET enable_seqscan = off`],
    );
    const { code, report } = await check();
    expect([code, report.findings.map(({ kind, what }) => [kind, what])]).toEqual([
      1,
      [['schema', expect.stringMatching(/^audit_events: it has 13 rows, 12 came in order$/)]],
    ]);
  });

  it('names a text that is longer than the service ever writes, and does not fetch it', async () => {
    await change([`UPDATE audit_events SET user_agent = repeat('x', 5000000) WHERE id = $1`, [forgedId]]);
    const { report } = await check();
    expect(report.findings.map(named)).toEqual([['changed', nodeId, 5, forgedId]]);
  });

  describe('without checkpoints', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    });
    afterAll(() => rm(folder, { recursive: true }));

    it.each([
      ['an empty list', '[]'],
      ['an empty file', ''],
      ['empty lines', '\n \n'],
    ])('names the nodes that have seals: %s', async (_, text) => {
      await writeFile(join(folder, 'checkpoints.json'), text);
      const { code, report } = await verifyByCommand(database.url, service.dataDir, [
        '--checkpoints',
        join(folder, 'checkpoints.json'),
      ]);
      expect([code, report.whole, report.counts.no_checkpoint]).toEqual([1, false, 2]);
      expect(report.findings).toContainEqual(
        expect.objectContaining({ kind: 'no_checkpoint', nodeId, nodeSeq: 10 }),
      );
    });

    it('names the nodes that have seals without a file', async () => {
      const args = ['--public-key', join(service.dataDir, 'audit/seal-key.pub.pem')];
      const { code, report } = await verifyByCommand(database.url, folder + '/none', args);
      expect([code, report.counts.no_checkpoint]).toEqual([1, 2]);
    });
  });
});
