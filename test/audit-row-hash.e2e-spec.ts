import { randomBytes, randomInt } from 'node:crypto';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { contentHash } from '../src/audit/events/content-hash.js';
import { CopyCursor } from '../src/audit/verify/copy-cursor.js';
import { ROWS } from '../src/audit/verify/stored.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';

const ADDRESSES = [
  '192.0.2.1',
  '0.0.0.0',
  '192.0.2.0/24',
  '255.255.255.255/0',
  '::',
  '::1',
  '::2',
  '1::',
  '::ffff:192.0.2.1',
  '::192.0.2.1',
  '::ffff:0:192.0.2.1',
  '2001:db8::1',
  '2001:db8:0:0:1:0:0:1',
  '2001:0:0:1::1',
  '1:0:2:0:3:0:4:0',
  'fe80::1/64',
  '::ffff:0:0/96',
];
const CONTROLS = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).slice(1);
const TEXTS = [
  '',
  'plain',
  '"quoted"',
  'back\\slash',
  CONTROLS.join(''),
  '\u007f\u0080\u00ff',
  'ünï ☃ 😀',
  '/ \u2028',
  'x'.repeat(200_000),
];
const TIMES = [
  'now',
  '1970-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
  '1950-05-05T05:05:05.005Z',
  '0044-03-15T12:00:00.001Z BC',
  '2000-01-01T00:00:00Z',
  '2254-12-31T00:00:00.999Z',
  '2300-01-01T00:00:00.123Z',
  '200000-01-01T00:00:00.123Z',
  'infinity',
  '-infinity',
];
const FLOATS = [0, -0, 1.25, NaN, Infinity, -Infinity, 1e-320, 123456.789, Math.PI];
const LISTS = ['{}', '{a}', '{"a b","c\\"d",NULL,"",NULL}', '{"x\\\\y","{}","null"}', '{ü,😀}'];
const OBJECTS = [
  '{}',
  '{"b": 1.50, "a": [1, null, "ü\\n\\u0001"], "c": {"d": 1e3}}',
  '"text"',
  'null',
  '[true, 1]',
  '12345678901234567890.10',
];

const randomAddress = () =>
  Array.from({ length: 8 }, () => (randomInt(2) ? 0 : randomInt(0x10000)).toString(16)).join(':');
const pick = <T>(list: readonly T[]): T => list[randomInt(list.length)]!;
const orNull = <T>(value: T): T | null => (randomInt(4) === 0 ? null : value);

describe('The hash that the verifier makes of a row', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('SET search_path = pg_catalog');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  async function hashes(): Promise<Map<string, string>> {
    const rows = await CopyCursor.all(client, ROWS);
    return new Map(rows.map(({ id, hash }) => [id, hash.toString('hex')]));
  }
  const stored = async () => {
    const rows = await query<{ id: string; hash: Buffer }>(
      database.ownerUrl,
      `SELECT id, ${contentHash('event')} AS hash FROM audit_events AS event`,
    );
    return new Map(rows.map(({ id, hash }) => [id, hash.toString('hex')]));
  };

  it('is the hash that PostgreSQL computed when it stored the row, whatever the row contains', async () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => [
      uuid(),
      TIMES[index % TIMES.length],
      pick(TIMES),
      index,
      orNull(uuid()),
      orNull(TEXTS[index % TEXTS.length]),
      orNull(pick(TEXTS)),
      LISTS[index % LISTS.length],
      pick(LISTS),
      orNull(index % 2 ? ADDRESSES[index % ADDRESSES.length] : randomAddress()),
      orNull(index % 2 ? FLOATS[index % FLOATS.length] : randomBytes(8).readDoubleBE()),
      index % 2 ? OBJECTS[index % OBJECTS.length] : JSON.stringify({ text: pick(TEXTS), n: Math.random() }),
      index % 3 === 0,
    ]);
    const sql = `
      INSERT INTO audit_events (id, occurred_at, recorded_at, node_id, node_seq, user_id, user_name, tool, targets, scopes, ip,
        duration_ms, metadata, elevated, action, outcome)
      VALUES ($1, $2, $3, $1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'a', 'success')`;
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query('BEGIN');
    for (const row of rows) await owner.query(sql, row);
    await owner.query('COMMIT');
    await owner.end();
    const expected = await stored();
    expect(expected.size).toBe(rows.length);
    expect(await hashes()).toEqual(expected);
  });

  it.each([
    ['of two dimensions', `'{{a,b},{c,d}}'`],
    ['counted from 2', `'[2:3]={a,b}'`],
  ])('does not exist for a list %s, which the service never writes', async (_, list) => {
    const id = uuid();
    await query(
      database.ownerUrl,
      `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, action, outcome, targets)
       VALUES ('${id}', now(), '${id}', 1, 'a', 'success', ${list})`,
    );
    expect((await hashes()).get(id)).toBe('');
  });

  it('does not exist when the query fails, which is reported, and the session can be used again', async () => {
    await expect(CopyCursor.all(client, { ...ROWS, sql: 'SELECT 1 / 0' })).rejects.toThrow(
      'division by zero',
    );
    expect((await hashes()).size).toBeGreaterThan(0);
  });

  it('does not exist when PostgreSQL sends another number of fields', async () => {
    const other = new Client({ connectionString: database.url });
    other.on('error', () => undefined);
    await other.connect();
    await expect(CopyCursor.all(other, { ...ROWS, sql: 'SELECT 1' })).rejects.toThrow(
      'a row of 1 fields, not',
    );
    await other.end();
  });
});
