import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { rotateSealKey } from '../src/audit/rotation/rotate-seal-key.js';
import { retentionDigest } from '../src/audit/retention/retention-statement.js';
import { encodeHeads, signHandover } from '../src/audit/seal/key-handover.js';
import { FolderFile } from '../src/audit/seal/key-source.js';
import { derOf, keyFilesOf, keyIdOf, publicKeyFrom, SealKey } from '../src/audit/seal/seal-key.js';
import { NOTHING } from '../src/audit/seal/seal.js';
import { checkpointsIn } from '../src/audit/seal/checkpoint-file.js';
import { verifyAudit } from '../src/audit/verify/verify-audit.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import {
  addRows,
  auditRecordOf,
  oneTo,
  otherSealer,
  sealerOf,
  type Statement,
  tamper,
  verify,
  verifyByCommand,
} from './support/audit-chain.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Command } from './support/process.js';
import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

const SECRETS_KEY = 'one-key-that-all-replicas-are-given';
const OFTEN = { AUDIT_SEAL_SECONDS: '1' };
const RARELY = { AUDIT_SEAL_SECONDS: '600' };

interface Rotated {
  from: string;
  to: string;
  wasBegun: boolean;
  publicKey: string;
}

function rotation(service: TestService, env: Record<string, string> = {}, args: string[] = []): Command {
  return Command.run('cli/bouncer.js', {
    env: { DATABASE_URL: service.database.url, DATA_DIR: service.dataDir, ...env },
    args: ['audit', 'rotate-seal-key', ...args, '--json'],
  });
}

async function rotate(...of: Parameters<typeof rotation>): Promise<Rotated> {
  const command = rotation(...of);
  await command.end();
  const json = command.output.split('\n').find((line) => line.startsWith('{'));
  if (json === undefined) throw new Error(command.output);
  return JSON.parse(json) as Rotated;
}

/** Adds a row and seals it. @returns the id of the key that sealed it */
async function sealOne(service: TestService): Promise<string> {
  const writer = service.service.app.get(AuditWriter, { strict: false });
  void writer.add(auditRecordOf());
  await writer.flush();
  await sealerOf(service).seal();
  const [seal] = await service.query<{ key_id: string }>(
    'SELECT key_id FROM audit_seals WHERE node_id = $1 ORDER BY number DESC LIMIT 1',
    [writer.nodeId],
  );
  return seal!.key_id;
}

const publicKeyOf = (pem: string) => publicKeyFrom(pem, 'a public key');

/** What an audit is found to be by somebody who has these public keys. */
async function found(url: string, dataDir: string, ...pems: string[]) {
  const checkpoints = await checkpointsIn(join(dataDir, 'audit/checkpoints.json'));
  return verifyAudit(url, pems.map(publicKeyOf), [...checkpoints.values()]);
}

describe('bouncer audit rotate-seal-key', () => {
  it('gives two replicas that write another key, and leaves nothing of the former one', async () => {
    const service = await TestService.start({ env: { SECRETS_KEY, ...OFTEN } });
    const replica = await Replica.of(service, [], { SECRETS_KEY, ...OFTEN });
    const end = new AbortController();
    const write = async (call: () => Promise<unknown>) => {
      while (!end.signal.aborted) await call();
    };
    try {
      const oldest = sealerOf(service).key.publicPem;
      const writers = [
        write(() => service.call(service.adminKey, 'whoami')),
        write(() => replica.call(service.adminKey, 'whoami')),
      ];
      const sealedBy = (id: string) => async () =>
        (await service.query('SELECT DISTINCT node_id FROM audit_seals WHERE key_id = $1', [id])).length ===
        2;
      await until(sealedBy(keyIdOf(publicKeyOf(oldest))), 20_000);
      const stored = () =>
        service.query<{ encrypted: Buffer }>(`SELECT encrypted FROM service_secrets ORDER BY name`);
      const [before] = await stored();
      const first = await rotate(service, { SECRETS_KEY });
      const [after] = await stored();
      expect(after!.encrypted.equals(before!.encrypted)).toBe(false);
      expect(first).toMatchObject({ from: keyIdOf(publicKeyOf(oldest)), wasBegun: false });
      await until(sealedBy(first.to), 20_000);
      const second = await rotate(service, { SECRETS_KEY });
      await until(sealedBy(second.to), 20_000);
      end.abort();
      await Promise.all(writers);
      await replica.stop();
      await service.service.stop();

      const { url } = service.database;
      for (const pems of [[oldest], [second.publicKey], [first.publicKey], [oldest, second.publicKey]]) {
        const report = await found(url, service.dataDir, ...pems);
        expect(report.findings.filter(({ kind }) => kind !== 'no_checkpoint')).toEqual([]);
        expect(report.keys.filter(({ handedOver }) => handedOver)).toHaveLength(2);
      }
      const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
      await writeFile(join(folder, 'oldest.pem'), oldest);
      const { report } = await verifyByCommand(url, service.dataDir, [
        '--public-key',
        join(folder, 'oldest.pem'),
      ]);
      await rm(folder, { recursive: true });
      expect(report.counts).toMatchObject({ seal: 0, handover: 0, added: 0, missing: 0, changed: 0 });
      expect(report.keys.map(({ id, given }) => [id, given])).toEqual([
        [first.from, true],
        [first.to, false],
        [second.to, false],
      ]);
    } finally {
      end.abort();
      await service.stop();
    }
  });

  it('is finished by the next run, or by the service, where it was interrupted after the handover', async () => {
    const service = await TestService.start({ env: RARELY });
    const client = new Client({ connectionString: service.database.url });
    try {
      const first = await sealOne(service);
      await client.connect();
      const source = new FolderFile(service.dataDir);
      const interrupted = Object.assign(Object.create(source) as FolderFile, {
        takeUp: () => Promise.reject(new Error('the power is gone')),
      });
      const query = async (sql: string, values: unknown[]) => (await client.query(sql, values)).rows;
      await expect(rotateSealKey(query as never, interrupted, false)).rejects.toThrow('the power is gone');
      const { nextKey, privateKey, publicKey } = keyFilesOf(service.dataDir);
      expect(existsSync(nextKey)).toBe(true);

      const rotated = await rotate(service);
      expect(rotated).toMatchObject({ from: first, wasBegun: true });
      expect([existsSync(nextKey), await readFile(publicKey, 'utf8')]).toEqual([false, rotated.publicKey]);
      expect((await SealKey.open(service.dataDir, privateKey)).id).toBe(rotated.to);
      expect(await sealOne(service)).toBe(rotated.to);

      await expect(rotateSealKey(query as never, interrupted, false)).rejects.toThrow('the power is gone');
      const next = await SealKey.open(service.dataDir, nextKey);
      expect([next.id === rotated.to, await sealOne(service)]).toEqual([false, next.id]);
      expect(existsSync(nextKey)).toBe(false);
      expect((await SealKey.open(service.dataDir, privateKey)).id).toBe(next.id);
      await service.service.stop();
      expect((await verify(service.database.url, service.dataDir)).code).toBe(0);
    } finally {
      await client.end();
      await service.stop();
    }
  });

  it('takes the file of the new key where AUDIT_SEAL_KEY_FILE names one, which a start then needs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    const [file, newFile] = [join(folder, 'old.pem'), join(folder, 'new.pem')];
    for (const path of [file, newFile])
      await writeFile(
        path,
        generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
        {
          mode: 0o600,
        },
      );
    const setting = { AUDIT_SEAL_KEY_FILE: file };
    const service = await TestService.start({ env: { ...RARELY, ...setting } });
    try {
      const first = await sealOne(service);
      const without = rotation(service, setting);
      expect(await without.end()).toBe(1);
      expect(without.output).toContain('name it with --new-key-file');
      const unused = rotation(service, {}, ['--new-key-file', newFile]);
      expect(await unused.end()).toBe(1);
      expect(unused.output).toContain('AUDIT_SEAL_KEY_FILE, which is not set');

      const { to } = await rotate(service, setting, ['--new-key-file', newFile]);
      expect(await sealOne(service)).toBe(first);
      await expect(Replica.of(service, [], setting)).rejects.toThrow(
        `AUDIT_SEAL_KEY_FILE (${file}) does not hold that one`,
      );
      const again = await rotate(service, setting, ['--new-key-file', newFile]);
      expect(again).toMatchObject({ to, wasBegun: true });
      await copyFile(newFile, file);
      expect(await sealOne(service)).toBe(to);
      const back = rotation(service, setting, ['--new-key-file', newFile]);
      expect(await back.end()).toBe(1);
      expect(back.output).toContain(`signed with the key ${to} already`);
      await service.service.stop();
      const report = await found(service.database.url, service.dataDir, again.publicKey);
      expect(report.findings).toEqual([]);
    } finally {
      await service.stop();
      await rm(folder, { recursive: true });
    }
  });
});

describe('A handover of the key of the seals', () => {
  const nodeId = uuid();
  let service: TestService;
  let stolen: SealKey;
  let oldest: string;
  let newest: string;
  let database: TestDatabase;

  beforeAll(async () => {
    service = await TestService.start({ env: RARELY });
    stolen = sealerOf(service).key;
    oldest = stolen.publicPem;
    const sealer = otherSealer(service, nodeId);
    await addRows(service, nodeId, oneTo(20));
    await sealer.advance(10);
    await sealOne(service);
    await rotate(service);
    await sealer.advance(20);
    newest = (await rotate(service)).publicKey;
    await sealOne(service);
    await service.service.stop();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    database = await createDatabase(service.database.name);
  });
  afterEach(() => database.drop());

  const change = (...statements: Statement[]) => tamper(database.ownerUrl, ...statements);
  const kindsFound = async (...pems: string[]) => {
    const { findings } = await found(database.url, service.dataDir, ...pems);
    return [...new Set(findings.map(({ kind }) => kind))].sort();
  };

  it('is believed whole, whichever key is given', async () => {
    for (const pem of [oldest, newest]) expect(await kindsFound(pem)).toEqual([]);
  });

  it('cannot be changed by the role of the service, nor by the owner', async () => {
    for (const url of [database.url, database.schemaUrl])
      for (const sql of [
        'DELETE FROM audit_key_handovers',
        'UPDATE audit_key_handovers SET compromised = true',
      ]) {
        const client = new Client({ connectionString: url });
        await client.connect();
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
        await client.end();
      }
  });

  /** The seal that whoever has the key of before would make. */
  async function sealedByThief(of: string, number: number, at = new Date()): Promise<Statement[]> {
    const seal = stolen.seal({
      nodeId: of,
      number,
      fromSeq: 1,
      toSeq: 1,
      firstAt: at,
      lastAt: at,
      hashes: Buffer.alloc(32, 1),
      closed: false,
      previous: NOTHING,
    });
    return [
      [
        `INSERT INTO audit_seals (node_id, number, from_seq, to_seq, first_at, last_at, hashes, closed, previous, digest,
           signature, key_id, sealed_at)
         VALUES ($1, $2, 1, 1, $3, $3, $4, false, $5, $6, $7, $8, $3)`,
        [of, number, at, seal.hashes, seal.previous, seal.digest, seal.signature, seal.keyId],
      ],
    ];
  }

  it('ends the power of the former key: what it seals is found, however old it says to be', async () => {
    await change(...(await sealedByThief(uuid(), 1, new Date('2020-01-01'))));
    for (const pem of [oldest, newest]) {
      const { findings } = await found(database.url, service.dataDir, pem);
      expect(findings.map(({ kind, what }) => [kind, what])).toContainEqual([
        'seal',
        expect.stringContaining(`not among what the key ${stolen.id} had signed when it handed over`),
      ]);
    }
  });

  it('protects the seals of the former key from whoever has it', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1', [nodeId]],
      ['DELETE FROM audit_events WHERE node_id = $1 AND node_seq > 1', [nodeId]],
      ...(await sealedByThief(nodeId, 1)),
    );
    expect(await kindsFound(newest)).toEqual(expect.arrayContaining(['seal']));
  });

  it('names the former seals that were removed, without any checkpoint', async () => {
    await change(
      ['DELETE FROM audit_seals WHERE node_id = $1', [nodeId]],
      ['DELETE FROM audit_events WHERE node_id = $1', [nodeId]],
    );
    const { findings } = await verifyAudit(database.url, [publicKeyOf(newest)], []);
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'truncated', nodeId }));
  });

  it('refuses a statement about archived rows that the former key makes later', async () => {
    const since = new Date('2020-01-01T00:00:00Z');
    const before = new Date('2020-02-01T00:00:00Z');
    const statement = { partition: 'audit_events_2020_01', since, before, rows: 9, detachedAt: before };
    await change([
      `INSERT INTO audit_retention (partition, since, before, rows, detached_at, key_id, signature)
       VALUES ($1, $2, $3, 9, $3, $4, $5)`,
      [statement.partition, since, before, stolen.id, stolen.sign(retentionDigest(statement))],
    ]);
    const { findings } = await found(database.url, service.dataDir, newest);
    expect(findings.map(({ kind, what }) => [kind, what])).toEqual([
      ['seal', expect.stringContaining(`not among what the key ${stolen.id} had signed when it handed over`)],
    ]);
  });

  it.each<[string, () => Statement[], (string | undefined)[]]>([
    [
      'that has no valid signature',
      () => [[`UPDATE audit_key_handovers SET from_signature = to_signature`]],
      ['handover', 'seal'],
    ],
    [
      'whose list of seals was changed',
      () => [[`UPDATE audit_key_handovers SET heads = ''`]],
      ['handover', 'seal'],
    ],
    [
      'whose keys were exchanged',
      () => [
        [
          'UPDATE audit_key_handovers SET (from_key, to_key) = (to_key, from_key) WHERE to_key = $1',
          [derOf(publicKeyOf(newest))],
        ],
      ],
      ['handover', 'seal'],
    ],
    ['that was removed, with all others', () => [['DELETE FROM audit_key_handovers']], ['seal']],
    [
      'that was removed in the middle',
      () => [['DELETE FROM audit_key_handovers WHERE from_key <> $1', [derOf(publicKeyOf(oldest))]]],
      ['seal'],
    ],
    [
      'that whoever has the former key makes to one of theirs',
      () => {
        const thief = new SealKey(generateKeyPairSync('ed25519').privateKey);
        const { fromKey, toKey, fromSignature, toSignature, heads } = signHandover(
          {
            fromKey: derOf(stolen.publicKey),
            toKey: derOf(thief.publicKey),
            compromised: false,
            handedOverAt: new Date(0),
            heads: encodeHeads([]),
            statements: Buffer.alloc(0),
          },
          stolen,
          thief,
        );
        return [
          ['ALTER TABLE audit_key_handovers DROP CONSTRAINT audit_key_handovers_pkey'],
          [
            `INSERT INTO audit_key_handovers
             VALUES ($1, $2, false, '1970-01-01 00:00:00+00', $3, '', $4, $5)`,
            [fromKey, toKey, heads, fromSignature, toSignature],
          ],
        ];
      },
      ['handover'],
    ],
  ])('is a finding %s', async (_, statements, kinds) => {
    await change(...statements());
    for (const pem of [oldest, newest]) expect(await kindsFound(pem)).toEqual(expect.arrayContaining(kinds));
  });
});

describe('bouncer audit rotate-seal-key --compromised', () => {
  it('leads back from the new key and not on from the former one', async () => {
    const service = await TestService.start({ env: RARELY });
    try {
      const oldest = sealerOf(service).key.publicPem;
      await sealOne(service);
      const { publicKey, to } = await rotate(service, {}, ['--compromised']);
      expect(await sealOne(service)).toBe(to);
      await service.service.stop();
      const { url } = service.database;
      expect((await found(url, service.dataDir, publicKey)).findings).toEqual([]);
      const { counts } = await found(url, service.dataDir, oldest);
      expect([counts.handover, counts.seal > 0]).toEqual([1, true]);
    } finally {
      await service.stop();
    }
  });
});
