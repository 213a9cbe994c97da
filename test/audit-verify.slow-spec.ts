import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuid } from 'uuid';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import type { SealContent } from '../src/audit/seal/seal.js';
import { checkpointOf } from '../src/audit/seal/checkpoint.js';
import { SealKey } from '../src/audit/seal/seal-key.js';
import { Findings } from '../src/audit/verify/findings.js';
import {
  addRows,
  auditRecordOf,
  named,
  oneTo,
  otherSealer,
  sealerOf,
  type Statement,
  tamper,
  verify,
  verifyByCommand,
  verifyCommand,
} from './support/audit-chain.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { TestService } from './support/test-service.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const COPY = `INSERT INTO audit_events
  SELECT (jsonb_populate_record(event, $3::jsonb)).* FROM audit_events AS event WHERE node_id = $1 AND node_seq = $2`;

describe('npm run audit:verify', () => {
  let service: TestService;
  /**
   * Makes an ended node with three seals of 10 rows and a closing one, and a running node with three seals of 10
   * rows.
   */
  const ended = uuid();
  const open = uuid();
  let database: TestDatabase;
  let ids: Map<string, string>;

  beforeAll(async () => {
    service = await TestService.start({ env: { AUDIT_SEAL_SECONDS: '600' } });
    for (const nodeId of [ended, open]) {
      const sealer = otherSealer(service, nodeId);
      for (const first of [0, 10, 20]) {
        await addRows(
          service,
          nodeId,
          oneTo(10).map((number) => first + number),
        );
        await sealer.advance(first + 10);
      }
    }
    await sealerOf(service).closeNode(ended, 30);
    await service.service.stop();
    const rows = await service.query<{ id: string; node_id: string; node_seq: string }>(
      'SELECT id, node_id, node_seq FROM audit_events',
    );
    ids = new Map(rows.map(({ id, node_id, node_seq }) => [`${node_id} ${node_seq}`, id]));
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    database = await createDatabase(service.database.name);
  });
  afterEach(() => database.drop());

  const idOf = (nodeId: string, seq: number) => ids.get(`${nodeId} ${seq}`)!;
  const change = (...statements: Statement[]) => tamper(database.ownerUrl, ...statements);
  const check = (args: string[] = []) =>
    args.length > 0
      ? verifyByCommand(database.url, service.dataDir, args)
      : verify(database.url, service.dataDir);
  /** Verifies, expects the exit code 1, and returns the findings. */
  const found = async (args: string[] = []) => {
    const { code, report } = await check(args);
    expect([code, report.whole]).toEqual([1, false]);
    return report.findings.map(named);
  };
  const ago = (ms: number) => new Date(Date.now() - ms);
  const copied = (fields: Record<string, unknown>) => ({ id: uuid(), ...fields });
  const later = (minutes: number) => ({ recorded_at: ago(minutes * 60 * SECOND) });

  it('finds an untouched audit intact, and exits with 0', async () => {
    const { code, report } = await verifyByCommand(database.url, service.dataDir);
    expect([code, report.whole, report.findings]).toEqual([0, true, []]);
    expect(report).toMatchObject({ nodes: 3, waiting: 0, lost: {} });
    expect(report.rows).toBeGreaterThan(60);
    const words = verifyCommand(database.url, service.dataDir);
    expect(await words.end()).toBe(0);
    expect(words.output).toMatch(/^\d+ rows, \d+ seals, 3 nodes in [\d.]+ s: whole\n$/);
  });

  it('finds the same with any settings of the database', async () => {
    for (const setting of [
      'extra_float_digits = 0',
      `timezone = 'Asia/Kathmandu'`,
      `datestyle = 'German, DMY'`,
      `bytea_output = 'escape'`,
      `search_path = 'pg_temp'`,
      `client_encoding = 'LATIN1'`,
      'default_transaction_read_only = on',
    ])
      await query(
        service.database.ownerUrl.replace(/[^/]+$/, 'postgres'),
        `ALTER DATABASE ${database.name} SET ${setting}`,
      );
    expect((await check()).code).toBe(0);
  });

  it('names each row of which any column was changed', async () => {
    const columns = await query<{ name: string; type: string }>(
      database.ownerUrl,
      `SELECT attname AS name, atttypid::regtype::text AS type FROM pg_attribute
       WHERE attrelid = 'audit_events'::regclass AND attnum > 0 AND NOT attisdropped
         AND attname NOT IN ('node_id', 'node_seq') ORDER BY attnum`,
    );
    expect(columns.length).toBeGreaterThan(20);
    const other: Record<string, string> = {
      uuid: 'gen_random_uuid()',
      text: `'other'`,
      'text[]': `'{other}'`,
      boolean: 'NOT elevated',
      inet: `'198.51.100.1'`,
      'double precision': `duration_ms * (1 + 2e-16)`,
      jsonb: `metadata || '{"two": 2}'`,
      'timestamp with time zone': `$1 + interval '1 millisecond'`,
    };
    await change(
      ...columns.map(({ name, type }, index): [string, unknown[]] => [
        `UPDATE audit_events SET ${name} = ${other[type]!.replace('$1', name)} WHERE node_id = $1 AND node_seq = $2`,
        [ended, index + 1],
      ]),
    );
    const expected = columns.map(({ name }, index) => [name, 'changed', index + 1]);
    const { report } = await check();
    expect(report.findings.map(({ kind, nodeSeq }, index) => [columns[index]!.name, kind, nodeSeq])).toEqual(
      expected,
    );
    expect(report.findings[5]).toMatchObject({
      nodeId: ended,
      rowId: idOf(ended, 6),
      time: expect.any(String),
    });
    const words = verifyCommand(database.url, service.dataDir);
    expect(await words.end()).toBe(1);
    expect(words.output).toContain(`changed    node ${ended} number 6  row ${idOf(ended, 6)}  `);
  });

  it('names a null that was changed to an empty text, and texts that were moved to the next column', async () => {
    await change(
      [`UPDATE audit_events SET trace_id = '' WHERE id = $1`, [idOf(ended, 1)]],
      [`UPDATE audit_events SET tool = resource, resource = tool WHERE id = $1`, [idOf(ended, 2)]],
      [`UPDATE audit_events SET targets = '{"document:1,document:2"}' WHERE id = $1`, [idOf(ended, 3)]],
    );
    expect(await found()).toEqual([1, 2, 3].map((seq) => ['changed', ended, seq, idOf(ended, seq)]));
  });

  it('names a row that was changed between its write and its seal', async () => {
    const live = await TestService.start({ env: { AUDIT_SEAL_SECONDS: '600' } });
    try {
      const writer = live.service.app.get(AuditWriter, { strict: false });
      void writer.add(auditRecordOf());
      void writer.add(auditRecordOf());
      await writer.flush();
      const rows = await live.query<{ id: string; node_seq: string }>(
        'SELECT id, node_seq FROM audit_events ORDER BY node_seq DESC LIMIT 2',
      );
      await tamper(
        live.database.ownerUrl,
        [`UPDATE audit_events SET outcome = 'success' WHERE id = $1`, [rows[0]!.id]],
        ['DELETE FROM audit_events WHERE id = $1', [rows[1]!.id]],
      );
      await sealerOf(live).seal();
      const { code, report } = await verify(live.database.url, live.dataDir);
      expect([code, report.findings.map(named)]).toEqual([
        1,
        [
          ['missing', writer.nodeId, Number(rows[1]!.node_seq), null],
          ['changed', writer.nodeId, Number(rows[0]!.node_seq), rows[0]!.id],
        ],
      ]);
    } finally {
      await live.stop();
    }
  });

  it('names a missing row, whether the first, one in between or the last', async () => {
    await change(['DELETE FROM audit_events WHERE node_id = $1 AND node_seq IN (1, 15, 30)', [ended]]);
    expect(await found()).toEqual([1, 15, 30].map((seq) => ['missing', ended, seq, null]));
  });

  it('names an added row, whether after the end, before the beginning, beside another or of an unknown node', async () => {
    const [behind, before, beside, alone] = [uuid(), uuid(), uuid(), uuid()];
    const stranger = 'ffffffff-0000-7000-8000-000000000000';
    await change(
      [COPY, [ended, 30, { id: behind, node_seq: 31 }]],
      [COPY, [ended, 1, { id: before, node_seq: 0 }]],
      [COPY, [ended, 7, { id: beside }]],
      [COPY, [ended, 8, { id: alone, node_id: stranger, ...later(16) }]],
    );
    expect(await found()).toEqual([
      ['added', ended, 0, before],
      ['added', ended, 7, beside],
      ['added', ended, 31, behind],
      ['added', stranger, 8, alone],
    ]);
  });

  it('names a row that was added under a number that was sealed as never recorded', async () => {
    const nodeId = uuid();
    const forged = uuid();
    const live = await TestService.start({ env: { AUDIT_SEAL_SECONDS: '600' } });
    try {
      await addRows(live, nodeId, [1, 3]);
      await sealerOf(live).closeNode(nodeId, 3);
      await tamper(live.database.ownerUrl, [COPY, [nodeId, 1, { id: forged, node_seq: 2 }]]);
      const { code, report } = await verify(live.database.url, live.dataDir);
      expect([code, report.findings.map(named), report.lost]).toEqual([
        1,
        [['added', nodeId, 2, forged]],
        {},
      ]);
    } finally {
      await live.stop();
    }
  });

  it('names rows that were exchanged, within a seal and between seals', async () => {
    const swap = (one: number, two: number): [string, unknown[]] => [
      'UPDATE audit_events SET node_seq = $2 + $3 - node_seq WHERE node_id = $1 AND node_seq IN ($2::int, $3::int)',
      [ended, one, two],
    ];
    await change(swap(2, 3), swap(9, 25));
    const { report } = await check();
    expect(report.findings.map(named)).toEqual([
      ['reordered', ended, 2, idOf(ended, 3)],
      ['reordered', ended, 3, idOf(ended, 2)],
      ['reordered', ended, 9, idOf(ended, 25)],
      ['reordered', ended, 25, idOf(ended, 9)],
    ]);
    expect(report.findings[2]!.what).toContain('sealed as number 25');
  });

  it('names a row that was moved after the end', async () => {
    await change(['UPDATE audit_events SET node_seq = 99 WHERE id = $1', [idOf(ended, 5)]]);
    expect(await found()).toEqual([
      ['missing', ended, 5, null],
      ['reordered', ended, 99, idOf(ended, 5)],
    ]);
  });

  it('names a row that was given to another node', async () => {
    await change([
      'UPDATE audit_events SET node_id = $2, node_seq = 31 WHERE id = $1',
      [idOf(open, 30), ended],
    ]);
    const both = await found();
    expect(both).toHaveLength(2);
    expect(both).toContainEqual(['added', ended, 31, idOf(open, 30)]);
    expect(both).toContainEqual(['missing', open, 30, null]);
  });

  it.each([
    ['hashes', `set_byte(hashes, 5, get_byte(hashes, 5) # 1)`],
    ['hashes', `hashes || '\\x00'::bytea`],
    ['hashes', `repeat('a', 100000)::bytea`],
    ['digest', `sha256('')`],
    ['signature', `set_byte(signature, 5, get_byte(signature, 5) # 1)`],
    ['signature', `''::bytea`],
    ['previous', `sha256('')`],
    ['previous', `''::bytea`],
    ['key_id', `'0123456789abcdef'`],
    ['closed', 'true'],
    ['first_at', `first_at - interval '1 ms'`],
    ['last_at', `'infinity'`],
    ['last_at', 'NULL'],
    ['to_seq', 'to_seq + 1'],
    ['to_seq', '9223372036854775807'],
    ['from_seq', '12'],
  ])('names a seal whose %s became %s', async (column, value) => {
    await change([`UPDATE audit_seals SET ${column} = ${value} WHERE node_id = $1 AND number = 2`, [ended]]);
    const { code, report } = await check();
    expect(code).toBe(1);
    expect(report.findings[0]).toMatchObject({ kind: 'seal', nodeId: ended });
    expect(report.findings[0]!.what).toContain('seal 2 ');
    expect(new Set(report.findings.map(({ kind }) => kind))).toEqual(new Set(['seal']));
  });

  it('names a gap in the seals', async () => {
    await change(['DELETE FROM audit_seals WHERE node_id = $1 AND number = 2', [ended]]);
    const { code, report } = await check();
    expect([code, report.findings[0]!.kind, report.findings[0]!.what]).toEqual([
      1,
      'seal',
      expect.stringContaining('seals 2 to 2 are gone'),
    ]);
  });

  it('names the rows in a gap of the seals once they are old', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1 AND number = 1', [ended]],
      ['UPDATE audit_events SET recorded_at = $2 WHERE node_id = $1 AND node_seq = 4', [ended, ago(HOUR)]],
    );
    const kinds = (await check()).report.counts;
    expect(kinds).toMatchObject({ seal: 1, added: 1, changed: 0 });
  });

  it('names a chain that somebody has rebuilt with another key', async () => {
    const forger = new SealKey(generateKeyPairSync('ed25519').privateKey);
    const seals = await query<Record<string, never>>(
      database.ownerUrl,
      'SELECT * FROM audit_seals WHERE node_id = $1 ORDER BY number',
      [ended],
    );
    await change(['DELETE FROM audit_events WHERE node_id = $1 AND node_seq = 25', [ended]]);
    let previous: Buffer | undefined;
    for (const row of seals) {
      const content = contentOf(row, previous);
      if (content.number === 3) content.hashes.fill(0, 4 * 32, 5 * 32);
      const seal = forger.seal(content);
      previous = seal.digest;
      await change([
        'UPDATE audit_seals SET previous = $3, digest = $4, signature = $5, key_id = $6, hashes = $7 WHERE node_id = $1 AND number = $2',
        [ended, seal.number, seal.previous, seal.digest, seal.signature, seal.keyId, seal.hashes],
      ]);
    }
    const { report } = await check();
    expect(report.counts).toMatchObject({ seal: 4, changed: 0, missing: 0 });
    expect(report.findings[0]!.what).toContain(`no public key ${forger.id} was given`);
    // If its public key is trusted, the checkpoint that was stored elsewhere still reveals the change.
    const believed = await keyFiles(forger, sealerOf(service).key);
    try {
      const args = believed.files.flatMap((file) => ['--public-key', file]);
      const again = await check(args);
      expect(again.report.counts).toMatchObject({ seal: 1 });
      expect(again.report.findings[0]!.what).toContain('another one was made');
    } finally {
      await rm(believed.folder, { recursive: true });
    }
  });

  it('names a truncated end, with its rows', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1 AND number > 2', [open]],
      ['DELETE FROM audit_events WHERE node_id = $1 AND node_seq > 20', [open]],
    );
    expect(await found()).toEqual([['truncated', open, 30, null]]);
  });

  it('names a node that was deleted as a whole', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1', [ended]],
      ['DELETE FROM audit_events WHERE node_id = $1', [ended]],
    );
    expect(await found()).toEqual([['truncated', ended, 30, null]]);
  });

  it('names a truncated end when it is given the checkpoints that were stored elsewhere', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1', [ended]],
      ['DELETE FROM audit_events WHERE node_id = $1', [ended]],
    );
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    try {
      const args = ['--public-key', join(service.dataDir, 'audit/seal-key.pub.pem')];
      const command = verifyCommand(database.url, folder, args);
      expect(await command.end()).toBe(1);
      expect(command.output).toContain('checkpoints.json holds no checkpoints');
      expect(command.output).toMatch(/\nno_checkpoint .* a truncated end would not be noticed\n/);
      expect(command.output).not.toContain(ended);
      // The lines have the form in which the webhook receives checkpoints, one per line.
      const checkpoints = JSON.parse(
        await readFile(join(service.dataDir, 'audit/checkpoints.json'), 'utf8'),
      ) as object[];
      await writeFile(
        join(folder, 'checkpoints.ndjson'),
        checkpoints.map((checkpoint) => `${JSON.stringify(checkpoint)}\n`).join(''),
      );
      expect(await found([...args, '--checkpoints', join(folder, 'checkpoints.ndjson')])).toEqual([
        ['truncated', ended, 30, null],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('still reads heads.json, the file name of earlier versions, and --heads, and says so', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1', [ended]],
      ['DELETE FROM audit_events WHERE node_id = $1', [ended]],
    );
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    try {
      const key = ['--public-key', join(service.dataDir, 'audit/seal-key.pub.pem')];
      await mkdir(join(folder, 'audit'));
      const former = join(folder, 'audit/heads.json');
      await copyFile(join(service.dataDir, 'audit/checkpoints.json'), former);
      const command = verifyCommand(database.url, folder, key);
      expect(await command.end()).toBe(1);
      expect(command.output).toContain(`${former} is still read: it is now called checkpoints.json`);
      expect(command.output).toMatch(new RegExp(`^truncated +node ${ended}`, 'm'));
      expect(await found([...key, '--heads', former])).toEqual([['truncated', ended, 30, null]]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('does not accept an unsigned checkpoint', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    try {
      const seal = new SealKey(generateKeyPairSync('ed25519').privateKey).seal(
        contentOf({ node_id: open, number: 9, from_seq: 81, to_seq: 90, hashes: Buffer.alloc(320) } as never),
      );
      await writeFile(join(folder, 'checkpoints'), JSON.stringify(checkpointOf(seal)));
      const own = join(service.dataDir, 'audit/checkpoints.json');
      expect(await found(['--checkpoints', join(folder, 'checkpoints'), '--checkpoints', own])).toEqual([
        ['seal', open, 90, null],
      ]);
      expect((await check(['--checkpoints', join(folder, 'checkpoints')])).report.counts).toMatchObject({
        seal: 1,
        no_checkpoint: 3,
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('names a row without a seal once it is older than 15 minutes, or if it is from the future', async () => {
    const [fresh, old, future] = [
      copied({ node_seq: 31 }),
      copied({ node_seq: 32 }),
      copied({ node_seq: 33 }),
    ];
    const insert = (fields: object, minutes: number): [string, unknown[]] => [
      COPY,
      [open, 1, { ...fields, ...later(minutes) }],
    ];
    await change(insert(fresh, 14));
    expect(await check()).toMatchObject({ code: 0, report: { waiting: 1 } });
    await change(insert(old, 16), insert(future, -10));
    expect(await found()).toEqual([
      ['unsealed', open, 32, old.id],
      ['unsealed', open, 33, future.id],
    ]);
  });

  it('explains why it reads nothing from a view that replaces the table', async () => {
    await change(
      ['ALTER TABLE audit_events RENAME TO hidden_events'],
      ['CREATE VIEW audit_events AS SELECT * FROM hidden_events WHERE false'],
    );
    const command = verifyCommand(database.url, service.dataDir);
    expect(await command.end()).toBe(1);
    expect(command.output).toMatch(
      /^schema {5}audit_events: it is not a plain table\n0 rows, 0 seals, 0 nodes in [\d.]+ s: 1 schema\n$/,
    );
  });

  it.each([
    ['an option that there is none of', ['--all'], 'Usage:'],
    ['a key that is none', ['--public-key', 'package.json'], 'package.json is not an Ed25519 key'],
    [
      'a key that is not there',
      ['--public-key', 'none.pem'],
      'none.pem cannot be read (ENOENT). Set the DATA_DIR',
    ],
    ['checkpoints that are not there', ['--checkpoints', 'none.json'], 'ENOENT'],
    [
      'checkpoints that are none',
      ['--checkpoints', 'package.json'],
      'package.json is not a file of checkpoints',
    ],
  ])('exits with 2 for %s', async (_, args, words) => {
    const command = verifyCommand(database.url, service.dataDir, args);
    expect(await command.end()).toBe(2);
    expect(command.output).toContain(words);
  });

  it('exits with 2 when PostgreSQL does not answer', async () => {
    const command = verifyCommand('postgres://nobody@127.0.0.1:1/none', service.dataDir);
    expect(await command.end()).toBe(2);
    expect(command.output).toContain('ECONNREFUSED');
  });

  it('changes nothing, and uses no privilege that would allow it', async () => {
    const before = await query(database.ownerUrl, 'SELECT * FROM audit_seals ORDER BY node_id, number');
    await check();
    expect(await query(database.ownerUrl, 'SELECT * FROM audit_seals ORDER BY node_id, number')).toEqual(
      before,
    );
  });
});

describe('50,000 rows', () => {
  it('are written, sealed and found whole; the one that was changed is named', async () => {
    const service = await TestService.start({
      env: { AUDIT_QUEUE_MAX_ROWS: '200000', AUDIT_QUEUE_MAX_BYTES: '1000000000', AUDIT_SEAL_SECONDS: '600' },
    });
    try {
      const writer = service.service.app.get(AuditWriter, { strict: false });
      for (let row = 0; row < 50_000; row++) void writer.add(auditRecordOf());
      await writer.flush();
      await sealerOf(service).seal();
      const { accepted } = writer.state();
      const { code, report } = await verify(service.database.url, service.dataDir);
      expect([code, report.rows, report.waiting]).toEqual([0, accepted, 0]);
      const [row] = await service.query<{ id: string }>('SELECT id FROM audit_events WHERE node_seq = 34567');
      await tamper(service.database.ownerUrl, ['UPDATE audit_events SET ip = NULL WHERE id = $1', [row!.id]]);
      const again = await verify(service.database.url, service.dataDir);
      expect(again.report.findings.map(named)).toEqual([['changed', writer.nodeId, 34_567, row!.id]]);
    } finally {
      await service.stop();
    }
  }, 120_000);
});

describe('Findings', () => {
  it('are all counted, and the first 100 are reported', () => {
    const findings = new Findings();
    const finding = { kind: 'changed', nodeId: null, rowId: null, time: null, what: '' } as const;
    for (const nodeSeq of oneTo(250)) findings.add({ ...finding, nodeSeq });
    expect([findings.total, findings.counts.changed, findings.shown.length]).toEqual([250, 250, 100]);
    expect(findings.shown.at(-1)!.nodeSeq).toBe(100);
  });
});

function contentOf(row: Record<string, any>, previous: Buffer = Buffer.alloc(32)): SealContent {
  return {
    nodeId: row.node_id,
    number: Number(row.number),
    fromSeq: Number(row.from_seq),
    toSeq: Number(row.to_seq),
    firstAt: row.first_at ?? null,
    lastAt: row.last_at ?? null,
    hashes: row.hashes,
    closed: row.closed ?? false,
    previous,
  };
}

async function keyFiles(...keys: SealKey[]): Promise<{ folder: string; files: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
  const files = keys.map((_, index) => join(folder, `${index}.pem`));
  await Promise.all(
    keys.map(({ publicKey }, index) =>
      writeFile(files[index]!, publicKey.export({ type: 'spki', format: 'pem' })),
    ),
  );
  return { folder, files };
}
