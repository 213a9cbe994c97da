import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { insertAuditEvents } from '../src/audit/writer/audit-insert.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { digestOf, HASH_BYTES, NOTHING } from '../src/audit/seal/seal.js';
import { readCheckpoints, type Checkpoint } from '../src/audit/seal/checkpoint.js';
import { isSignedBy, SealKey } from '../src/audit/seal/seal-key.js';
import { ForkedChainError, SealStore } from '../src/audit/seal/seal-store.js';
import {
  addRows,
  auditRecordOf,
  oneTo,
  otherSealer,
  rowOf,
  sealerOf,
  tamper,
  verify,
} from './support/audit-chain.js';
import { bringBack, takeAway } from './support/database.js';
import { TestService } from './support/test-service.js';
import { until } from './support/until.js';

interface SealRow {
  number: string;
  from_seq: string;
  to_seq: string;
  hashes: Buffer;
  closed: boolean;
}

describe('Seals', () => {
  let service: TestService;
  const start = async (env: Record<string, string> = {}) => {
    service = await TestService.start({ env: { AUDIT_SEAL_SECONDS: '600', ...env } });
    await service.auditRows();
  };
  afterEach(() => service.stop());

  const writer = () => service.service.app.get(AuditWriter, { strict: false });
  const store = () => service.service.app.get(SealStore, { strict: false });
  const own = () => writer().nodeId;
  const call = async (times: number) => {
    for (let i = 0; i < times; i++) void writer().add(auditRecordOf());
    await writer().flush();
  };
  const sealsOf = async (nodeId: string) =>
    (
      await service.query<SealRow>(
        'SELECT number, from_seq, to_seq, hashes, closed FROM audit_seals WHERE node_id = $1 ORDER BY number',
        [nodeId],
      )
    ).map(({ number, from_seq, to_seq, hashes, closed }) => ({
      number: Number(number),
      numbers: [Number(from_seq), Number(to_seq)],
      recorded: Array.from({ length: hashes.length / HASH_BYTES }, (_, index) =>
        hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES).equals(NOTHING) ? 0 : 1,
      ),
      closed,
    }));
  const checkpoints = async () =>
    readCheckpoints(await readFile(join(service.dataDir, 'audit/checkpoints.json'), 'utf8'));

  it('are made automatically, and the readiness probe says how far they are', async () => {
    await start({ AUDIT_SEAL_SECONDS: '1' });
    await call(5);
    const { written } = writer().state();
    await until(() => sealerOf(service).state().sealedSeq >= written, 20_000);
    const health = await service.request('GET', '/health/ready');
    expect(health.body.checks.seals).toEqual(sealerOf(service).state());
    const { lagRows, lastSealAt } = sealerOf(service).state();
    expect([lagRows, Date.now() - Date.parse(lastSealAt!) < 5_000]).toEqual([0, true]);
    const seals = await sealsOf(own());
    expect([seals[0]!.numbers[0], seals.at(-1)!.numbers[1], seals.at(-1)!.closed]).toEqual([
      1,
      written,
      false,
    ]);
  });

  it('cover at most 1000 rows each, and the last one of a drain closes the node', async () => {
    await start();
    await call(2_500);
    const { accepted } = writer().state();
    await service.service.stop();
    const seals = await sealsOf(own());
    expect(seals.map(({ number, numbers, closed }) => [number, ...numbers, closed])).toEqual([
      [1, 1, 1000, false],
      [2, 1001, 2000, false],
      [3, 2001, accepted, true],
    ]);
    expect(await verify(service.database.url, service.dataDir)).toMatchObject({
      code: 0,
      report: { whole: true, rows: accepted, seals: 3, nodes: 1, waiting: 0, lost: {} },
    });
  });

  it('close a node whose rows are all sealed', async () => {
    await start();
    await call(3);
    await sealerOf(service).seal();
    const { accepted } = writer().state();
    await service.service.stop();
    expect((await sealsOf(own())).map(({ numbers, closed }) => [...numbers, closed])).toEqual([
      [1, accepted, false],
      [accepted + 1, accepted, true],
    ]);
    expect((await verify(service.database.url, service.dataDir)).code).toBe(0);
  });

  it('stop before a number whose row still waits', async () => {
    await start();
    const before = writer().state().accepted;
    await call(2);
    const slot = writer().reserve();
    await call(3);
    await sealerOf(service).seal();
    await sealerOf(service).seal();
    expect(sealerOf(service).state()).toMatchObject({ sealedSeq: before + 2, lagRows: 3 });
    void writer().add(auditRecordOf(), slot);
    await writer().flush();
    await sealerOf(service).seal();
    expect(sealerOf(service).state()).toMatchObject({ sealedSeq: before + 6, lagRows: 0 });
  });

  it('read the hash of a row from the table when its commit was not answered', async () => {
    await start();
    await sealerOf(service).seal();
    const slot = writer().reserve();
    await insertAuditEvents(service.service.app.get(DataSource), [{ ...auditRecordOf(), ...slot }]);
    writer().committed({ events: [], hashes: Buffer.alloc(0), told: false });
    await call(2);
    await sealerOf(service).seal();
    expect(sealerOf(service).state().sealedSeq).toBe(slot.nodeSeq + 2);
    expect((await verify(service.database.url, service.dataDir)).code).toBe(0);
  });

  it('are not made over a number with two rows when it is unknown which of them was written', async () => {
    await start();
    const slot = writer().reserve();
    const forged = rowOf(own(), slot.nodeSeq);
    await insertAuditEvents(service.service.app.get(DataSource), [{ ...auditRecordOf(), ...slot }, forged]);
    writer().committed({ events: [], hashes: Buffer.alloc(0), told: false });
    await call(2);
    await sealerOf(service).seal();
    expect(sealerOf(service).state().sealedSeq).toBe(slot.nodeSeq - 1);
  });

  it('are not made of a row that somebody inserted in place of one that still waits', async () => {
    await start();
    const slot = writer().reserve();
    const forged = rowOf(own(), slot.nodeSeq);
    await insertAuditEvents(service.service.app.get(DataSource), [forged]);
    await sealerOf(service).seal();
    expect(sealerOf(service).state().sealedSeq).toBe(slot.nodeSeq - 1);
    void writer().add(auditRecordOf(), slot);
    await writer().flush();
    await sealerOf(service).seal();
    const { code, report } = await verify(service.database.url, service.dataDir);
    expect([code, report.counts.added, report.findings[0]?.rowId]).toEqual([1, 1, forged.id]);
  });

  it('wait while PostgreSQL is unavailable, and form one chain afterwards', async () => {
    await start();
    await call(4);
    await sealerOf(service).seal();
    const { sealedSeq } = sealerOf(service).state();
    await call(4);
    await takeAway(service.database.name);
    await sealerOf(service).seal();
    await sealerOf(service).seal();
    expect(sealerOf(service).state()).toMatchObject({ sealedSeq, lagRows: 4 });
    await bringBack(service.database.name);
    await call(2);
    await sealerOf(service).seal();
    expect(sealerOf(service).state()).toMatchObject({ sealedSeq: sealedSeq + 6, lagRows: 0 });
    await service.service.stop();
    expect(await verify(service.database.url, service.dataDir)).toMatchObject({
      code: 0,
      report: { nodes: 1 },
    });
  });

  it('cannot be forked: repeating a seal changes nothing, and another one in its place is refused', async () => {
    await start();
    const nodeId = uuid();
    await addRows(service, nodeId, [1, 2]);
    await otherSealer(service, nodeId).advance(2);
    const first = (await store().lastOf(nodeId))!;
    await store().add(first);
    await addRows(service, nodeId, [3]);
    await expect(otherSealer(service, nodeId).advance(3)).rejects.toThrow(ForkedChainError);
    expect(await sealsOf(nodeId)).toHaveLength(1);
  });

  it('of an ended process say which numbers were never recorded', async () => {
    await start();
    const nodeId = uuid();
    await addRows(service, nodeId, [1, 2, 5]);
    await otherSealer(service, nodeId).advance(6);
    await sealerOf(service).closeNode(nodeId, 7);
    const closed = [
      { number: 1, numbers: [1, 2], recorded: [1, 1], closed: false },
      { number: 2, numbers: [3, 7], recorded: [0, 0, 1, 0, 0], closed: true },
    ];
    expect(await sealsOf(nodeId)).toEqual(closed);
    await sealerOf(service).closeNode(nodeId, 7);
    expect(await sealsOf(nodeId)).toEqual(closed);
    expect(await verify(service.database.url, service.dataDir)).toMatchObject({
      code: 0,
      report: { whole: true, lost: { [nodeId]: 4 } },
    });
  });

  it('are not made for a process that recorded nothing', async () => {
    await start();
    const nodeId = uuid();
    await sealerOf(service).closeNode(nodeId, 0);
    expect(await sealsOf(nodeId)).toEqual([]);
  });

  it('do not close a node over two rows with one number', async () => {
    await start();
    const nodeId = uuid();
    const rows = [1, 2, 2, 3].map((seq) => rowOf(nodeId, seq));
    await insertAuditEvents(service.service.app.get(DataSource), rows);
    await sealerOf(service).closeNode(nodeId, 3);
    expect((await sealsOf(nodeId)).map(({ numbers, closed }) => [...numbers, closed])).toEqual([
      [1, 1, false],
    ]);
  });

  it('do not close a node whose last seals were deleted while it was stopped', async () => {
    await start();
    const nodeId = uuid();
    const sealer = otherSealer(service, nodeId);
    await addRows(service, nodeId, [1, 2]);
    await sealer.advance(2);
    await addRows(service, nodeId, [3, 4]);
    await sealer.advance(4);
    await tamper(
      service.database.ownerUrl,
      ['DELETE FROM audit_seals WHERE node_id = $1 AND number = 2', [nodeId]],
      ['DELETE FROM audit_events WHERE node_id = $1 AND node_seq > 2', [nodeId]],
    );
    await sealerOf(service).closeNode(nodeId, 4);
    expect(await sealsOf(nodeId)).toHaveLength(1);
    expect(await verify(service.database.url, service.dataDir)).toMatchObject({
      code: 1,
      report: { findings: [expect.objectContaining({ kind: 'truncated', nodeId, nodeSeq: 4 })] },
    });
  });

  it('are closed by closeNode, which fails while PostgreSQL is unavailable so that it is called again', async () => {
    await start();
    const nodeId = uuid();
    await addRows(service, nodeId, [1]);
    await takeAway(service.database.name);
    await expect(sealerOf(service).closeNode(nodeId, 1)).rejects.toThrow();
    await bringBack(service.database.name);
    await sealerOf(service).closeNode(nodeId, 1);
    expect((await sealsOf(nodeId)).map(({ closed }) => closed)).toEqual([true]);
  });

  it('never span two months', async () => {
    await start();
    const nodeId = uuid();
    const newYear = Date.UTC(2026, 0, 1);
    await addRows(service, nodeId, oneTo(6), (seq) => new Date(newYear + (seq - 4) * 1000));
    await sealerOf(service).closeNode(nodeId, 6);
    expect((await sealsOf(nodeId)).map(({ numbers }) => numbers)).toEqual([
      [1, 3],
      [4, 6],
    ]);
  });

  it('are signed by a key that only its owner can read, made once', async () => {
    await start();
    const folder = join(service.dataDir, 'audit');
    const pem = await readFile(join(folder, 'seal-key.pem'), 'utf8');
    expect((await stat(join(folder, 'seal-key.pem'))).mode & 0o777).toBe(0o600);
    const { key } = sealerOf(service);
    expect(key.publicKey.export({ type: 'spki', format: 'pem' })).toBe(
      await readFile(join(folder, 'seal-key.pub.pem'), 'utf8'),
    );
    const opened = await Promise.all(oneTo(5).map(() => SealKey.open(service.dataDir, undefined)));
    expect(new Set(opened.map(({ id }) => id))).toEqual(new Set([key.id]));
    expect(await readFile(join(folder, 'seal-key.pem'), 'utf8')).toBe(pem);
    await sealerOf(service).seal();
    const seal = (await store().lastOf(own()))!;
    expect([seal.keyId, seal.digest.equals(digestOf(seal))]).toEqual([key.id, true]);
    expect(isSignedBy(key.publicKey, seal.digest, seal.signature)).toBe(true);
  });

  it('can be verified without this program, because the signature is plain Ed25519 over the digest', async () => {
    await start();
    await sealerOf(service).seal();
    const seal = (await store().lastOf(own()))!;
    const folder = join(service.dataDir, 'audit');
    await writeFile(join(folder, 'digest'), seal.digest);
    await writeFile(join(folder, 'signature'), seal.signature);
    const arguments_ = '-verify -pubin -inkey seal-key.pub.pem -rawin -in digest -sigfile signature'.split(
      ' ',
    );
    expect(execFileSync('openssl', ['pkeyutl', ...arguments_], { cwd: folder, encoding: 'utf8' })).toContain(
      'Verified Successfully',
    );
  });

  it('write their checkpoint to a file, even if several processes write it', async () => {
    await start();
    const nodes = oneTo(5).map(() => uuid());
    for (const nodeId of nodes) await addRows(service, nodeId, [1, 2]);
    await Promise.all(nodes.map((nodeId) => otherSealer(service, nodeId).advance(2)));
    await sealerOf(service).seal();
    const kept = await checkpoints();
    expect([...kept.keys()].sort()).toEqual([own(), ...nodes].sort());
    const seal = (await store().lastOf(own()))!;
    expect(kept.get(own())).toEqual({
      nodeId: own(),
      number: seal.number,
      toSeq: seal.toSeq,
      closed: false,
      digest: seal.digest.toString('hex'),
      keyId: seal.keyId,
      signature: seal.signature.toString('hex'),
      sealedAt: seal.sealedAt.toISOString(),
    });
  });

  describe('that are posted elsewhere', () => {
    let server: Server;
    let taken: Checkpoint[];
    let status: number | undefined;
    beforeEach(async () => {
      taken = [];
      status = 204;
      server = createServer((request, response) => {
        void take(request, response);
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });
    const take = async (request: IncomingMessage, response: ServerResponse) => {
      const checkpoint = (await json(request)) as Checkpoint;
      if (status === undefined) return;
      if (status < 300) taken.push(checkpoint);
      response.writeHead(status).end();
    };
    const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkpoints`;

    it('arrive, including the last one, and a refused one is posted with the next', async () => {
      await start({ AUDIT_CHECKPOINT_WEBHOOK_URL: url() });
      status = 500;
      await sealerOf(service).seal();
      expect(sealerOf(service).state().lagRows).toBe(0);
      status = 204;
      await call(1);
      await sealerOf(service).seal();
      await until(() => taken.length > 0);
      expect(taken[0]!.number).toBe(2);
      await service.service.stop();
      expect(taken.at(-1)).toEqual((await checkpoints()).get(own()));
      expect(taken.at(-1)!.closed).toBe(true);
    });

    it('delay nothing when nobody answers', async () => {
      await start({ AUDIT_CHECKPOINT_WEBHOOK_URL: url() });
      status = undefined;
      const started = Date.now();
      for (let round = 0; round < 3; round++) {
        await call(1);
        await sealerOf(service).seal();
      }
      expect(sealerOf(service).state().lagRows).toBe(0);
      expect(Date.now() - started).toBeLessThan(3_000);
    });
  });
});

describe('The key of the seals', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'))));
  afterEach(() => rm(folder, { recursive: true }));
  const keep = async (pem: string | Buffer) => {
    await writeFile(join(folder, 'key.pem'), pem, { mode: 0o600 });
    return join(folder, 'key.pem');
  };

  it('is read from AUDIT_SEAL_KEY_FILE, and none is created then', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const file = await keep(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const key = await SealKey.open(folder, file);
    expect(key.publicKey.equals(publicKey)).toBe(true);
    await expect(stat(join(folder, 'audit'))).rejects.toThrow('ENOENT');
  });

  it('is refused when it is of another kind or not a key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const file = await keep(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await expect(SealKey.open(folder, file)).rejects.toThrow('is not an Ed25519 key');
    await expect(SealKey.open(folder, await keep('secret'))).rejects.toThrow('is not an Ed25519 key');
    await expect(SealKey.open(folder, join(folder, 'none.pem'))).rejects.toThrow('ENOENT');
  });
});
