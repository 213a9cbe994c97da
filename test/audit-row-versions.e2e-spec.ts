import { createHash, generateKeyPairSync } from 'node:crypto';
import { Client } from 'pg';
import * as z from 'zod';
import { AUDIT_COLUMNS, type AuditColumns } from '../src/audit/events/audit-columns.js';
import { auditEventExample } from '../src/audit/events/audit-row.js';
import { contentHash, hashedColumns } from '../src/audit/events/content-hash.js';
import { digestOf, NOTHING, type SealContent } from '../src/audit/seal/seal.js';
import { checkpointOf } from '../src/audit/seal/checkpoint.js';
import { SealKey } from '../src/audit/seal/seal-key.js';
import { CopyCursor } from '../src/audit/verify/copy-cursor.js';
import { ROWS, rowsOf } from '../src/audit/verify/stored.js';
import { verifyAudit } from '../src/audit/verify/verify-audit.js';
import { eventReader, readEvent } from '../src/audit/writer/spool/spooled-event.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';

const NODE = '0199fa00-0000-7000-8000-000000000001';

/** Rows as the first release stored them, and the JSON texts whose SHA-256 it sealed. They never change. */
const RELEASED = [
  {
    values: `
      '0199fa00-1111-7000-8000-000000000001', '2026-03-01T12:00:00.123Z', '2026-03-01T12:00:00.456Z', '${NODE}', 1,
      '0199fa00-2222-7000-8000-000000000001', 'Ada "Ü"', '0199fa00-3333-7000-8000-000000000001', 'mcp_Ab12', 'tools/call',
      'documents_get', 'document:1', '{document:1,"a \\"b\\""}', 'failure', 'not_found', true, '{documents:read}',
      '192.0.2.1', 'client/1.0', 'request-1', '4bf92f3577b34da6a3ce929d0e0e4736', 1.25, '{"b": 1.50, "a": [1, null, "ü"]}'`,
    json: String.raw`["0199fa00-1111-7000-8000-000000000001", 1772366400.123000, 1772366400.456000, "0199fa00-0000-7000-8000-000000000001", "0199fa00-2222-7000-8000-000000000001", "Ada \"Ü\"", "0199fa00-3333-7000-8000-000000000001", "mcp_Ab12", "tools/call", "documents_get", "document:1", ["document:1","a \"b\""], "failure", "not_found", true, ["documents:read"], "192.0.2.1", "client/1.0", "request-1", "4bf92f3577b34da6a3ce929d0e0e4736", "3ff4000000000000", {"a": [1, null, "ü"], "b": 1.50}]`,
    hash: '0907c30603e0eb70fd169bc87865f8d995f6eef83d6aa1d573fd34bfc39af64f',
  },
  {
    values: `
      '0199fa00-1111-7000-8000-000000000002', '2026-03-01T12:00:01Z', '2026-03-01T12:00:01.5Z', '${NODE}', 2,
      NULL, NULL, NULL, NULL, 'authenticate', NULL, NULL, '{}', 'denied', 'missing_api_key', false, '{}',
      NULL, NULL, NULL, NULL, NULL, '{}'`,
    json: String.raw`["0199fa00-1111-7000-8000-000000000002", 1772366401.000000, 1772366401.500000, "0199fa00-0000-7000-8000-000000000001", null, null, null, null, "authenticate", null, null, [], "denied", "missing_api_key", false, [], null, null, null, null, null, {}]`,
    hash: '2d99f6578561f5597eb5f8f570edf555509e7ea380ecd1539e1e7332cb638196',
  },
];
const COLUMNS = `
  id, occurred_at, recorded_at, node_id, node_seq, user_id, user_name, key_id, key_start, action, tool, resource,
  targets, outcome, reason, elevated, scopes, ip, user_agent, request_id, trace_id, duration_ms, metadata`;
const HASHES = RELEASED.map(({ hash }) => hash);

/** What the first release sealed of these rows. */
const SEALED: SealContent = {
  nodeId: NODE,
  number: 1,
  fromSeq: 1,
  toSeq: 2,
  firstAt: new Date('2026-03-01T12:00:00.123Z'),
  lastAt: new Date('2026-03-01T12:00:01Z'),
  hashes: Buffer.from(HASHES.join(''), 'hex'),
  closed: true,
  previous: NOTHING,
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const DIGEST = '1b41336dcf7682a83f88d1a078bfc85205c4d18e003d71a82a65a0c5187e798c';

describe('Audit rows of version 1', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase();
    for (const { values } of RELEASED)
      await query(database.ownerUrl, `INSERT INTO audit_events (${COLUMNS}) VALUES (${values})`);
  });
  afterAll(() => database.drop());

  it('have the hash of the same text as in the first release', () => {
    expect(RELEASED.map(({ json }) => sha256(json))).toEqual(HASHES);
  });

  it('are still hashed to the same bytes by PostgreSQL when it stores them', async () => {
    const rows = await query<{ hash: Buffer }>(
      database.url,
      `SELECT ${contentHash('event')} AS hash FROM audit_events AS event ORDER BY node_seq`,
    );
    expect(rows.map(({ hash }) => hash.toString('hex'))).toEqual(HASHES);
  });

  it('are still hashed to the same bytes by the verifier', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      const rows = await CopyCursor.all(client, ROWS);
      expect(rows.map(({ hash }) => hash.toString('hex'))).toEqual(HASHES);
    } finally {
      await client.end();
    }
  });

  it('are verified under a seal of the first release', async () => {
    expect(digestOf(SEALED).toString('hex')).toBe(DIGEST);
    const key = new SealKey(generateKeyPairSync('ed25519').privateKey);
    const seal = key.seal(SEALED);
    await query(
      database.ownerUrl,
      `INSERT INTO audit_seals (node_id, number, from_seq, to_seq, first_at, last_at, hashes, closed, previous, digest,
         signature, key_id, sealed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        seal.nodeId,
        seal.number,
        seal.fromSeq,
        seal.toSeq,
        seal.firstAt,
        seal.lastAt,
        seal.hashes,
        seal.closed,
        seal.previous,
        seal.digest,
        seal.signature,
        seal.keyId,
        seal.sealedAt,
      ],
    );
    const report = await verifyAudit(database.url, [key.publicKey], [checkpointOf(seal)]);
    expect([report.findings, report.rows, report.whole]).toEqual([[], 2, true]);
  });
});

/** Rows whose hashes are of the versions 2, 3 and 4, with the members that the versions brought. */
const LATER = [
  {
    members: { via: 'session' },
    json: `["0199fa00-1111-7000-8000-000000000003", 1772366402.000000, 1772366402.500000, "${NODE}", null, null, null, null, "tools/call", null, null, [], "success", null, false, [], null, null, null, null, null, {}, "session"]`,
  },
  {
    members: { via: 'key', organization_id: '0199fa00-4444-7000-8000-000000000001' },
    json: `["0199fa00-1111-7000-8000-000000000004", 1772366402.000000, 1772366402.500000, "${NODE}", null, null, null, null, "tools/call", null, null, [], "success", null, false, [], null, null, null, null, null, {}, "key", "0199fa00-4444-7000-8000-000000000001"]`,
  },
  {
    members: { via: 'token', client_id: 'https://client.example/ü', actors: '{"person","agent"}' },
    json: `["0199fa00-1111-7000-8000-000000000005", 1772366402.000000, 1772366402.500000, "${NODE}", null, null, null, null, "tools/call", null, null, [], "success", null, false, [], null, null, null, null, null, {}, "token", null, null, "https://client.example/ü", ["person","agent"]]`,
  },
];

describe('Audit rows of a later version', () => {
  const VERSION_5: AuditColumns = {
    ...AUDIT_COLUMNS,
    zoneId: {
      column: 'zone_id',
      type: 'uuid',
      since: 5,
      hashed: true,
      origin: 'record',
      nullable: true,
      schema: z.uuid().nullable(),
      example: null,
    },
    region: {
      column: 'region',
      type: 'text',
      since: 5,
      hashed: true,
      origin: 'record',
      nullable: true,
      schema: z.string().nullable(),
      example: null,
    },
  };
  const columns = hashedColumns(VERSION_5);
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createDatabase();
    for (const { values } of RELEASED)
      await query(database.ownerUrl, `INSERT INTO audit_events (${COLUMNS}) VALUES (${values})`);
    for (const [index, { members }] of LATER.entries())
      await query(
        database.ownerUrl,
        `INSERT INTO audit_events (id, occurred_at, recorded_at, node_id, node_seq, action, outcome, ${Object.keys(members).join(', ')})
         VALUES ('0199fa00-1111-7000-8000-00000000000${index + 3}', '2026-03-01T12:00:02Z', '2026-03-01T12:00:02.5Z', '${NODE}',
           ${index + 3}, 'tools/call', 'success', ${Object.values(members)
             .map((value) => `'${value}'`)
             .join(', ')})`,
      );
    await query(
      database.ownerUrl,
      'ALTER TABLE audit_events ADD COLUMN zone_id uuid, ADD COLUMN region text',
    );
    await query(
      database.ownerUrl,
      `INSERT INTO audit_events (id, occurred_at, recorded_at, node_id, node_seq, action, outcome, zone_id)
       VALUES ('0199fa00-1111-7000-8000-000000000006', '2026-03-01T12:00:02Z', '2026-03-01T12:00:02.5Z', '${NODE}', 6,
         'tools/call', 'success', '0199fa00-4444-7000-8000-000000000001')`,
    );
    client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    await client.query('SET session_replication_role = replica');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** The hashes as PostgreSQL stores them and as the verifier computes them, which are the same. */
  async function hashes(): Promise<string[]> {
    const { rows: stored } = await client.query<{ hash: Buffer }>(
      `SELECT ${contentHash('event', columns)} AS hash FROM audit_events AS event ORDER BY node_seq`,
    );
    const verified = (await CopyCursor.all(client, rowsOf(columns))).map(({ hash }) => hash);
    expect(verified).toEqual(stored.map(({ hash }) => hash));
    return verified.map((hash) => hash.toString('hex'));
  }

  it('are hashed with their further columns, while the hashes of earlier rows stay as they were', async () => {
    const json =
      '["0199fa00-1111-7000-8000-000000000006", 1772366402.000000, 1772366402.500000, "0199fa00-0000-7000-8000-000000000001", ' +
      'null, null, null, null, "tools/call", null, null, [], "success", null, false, [], null, null, null, null, null, {}, null, null, null, null, null, ' +
      '"0199fa00-4444-7000-8000-000000000001", null]';
    const expected = [...LATER.map((row) => row.json), json].map(sha256);
    expect(await hashes()).toEqual([...HASHES, ...expected]);
  });

  it.each([
    ['clears a further column of a later row', 'zone_id = NULL', 6],
    ['sets a further column of an earlier row', `region = 'eu'`, 1],
    ['clears the organisation', 'organization_id = NULL', 4],
    ['names another organisation', `organization_id = '${NODE}'`, 4],
    ['names an organisation in a row of before', `organization_id = '${NODE}'`, 3],
    ['names a key in a row of before', `key_name = 'Laptop'`, 4],
    ['clears the client', 'client_id = NULL', 5],
    ['clears all that a row of version 4 has', 'client_id = NULL, actors = NULL', 5],
    ['takes the person out of the chain', `actors = '{agent}'`, 5],
    ['puts another order into the chain', `actors = '{agent,person}'`, 5],
    ['empties the chain', `actors = '{}'`, 5],
  ])('get another hash when somebody %s', async (_, change, seq) => {
    const before = await hashes();
    await client.query('BEGIN');
    await client.query(`UPDATE audit_events SET ${change} WHERE node_seq = $1`, [seq]);
    const after = await hashes();
    await client.query('ROLLBACK');
    expect(after.map((hash, index) => hash === before[index])).toEqual(
      before.map((_hash, index) => index !== seq - 1),
    );
  });

  it('have no column that earlier rows could not leave empty', () => {
    const { zoneId } = VERSION_5;
    const required = { ...VERSION_5, zoneId: { ...zoneId!, default: '' } };
    expect(() => hashedColumns(required)).toThrow('zone_id: columns after version 1 are nullable');
  });

  it('are read from the spool together with lines of an earlier version that lack their members', () => {
    const read = eventReader(VERSION_5);
    const { recordedAt: _, ...earlier } = auditEventExample;
    expect(read(JSON.stringify(earlier))).toMatchObject({ zoneId: null, region: null });
    const zoneId = '0199fa00-4444-7000-8000-000000000001';
    expect(read(JSON.stringify({ ...earlier, zoneId }))).toMatchObject({ zoneId });
    expect(readEvent(JSON.stringify({ ...earlier, zoneId }))).toBeUndefined();
  });
});
