import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { AuditStore } from '../../src/audit/writer/audit-store.js';
import { CheckpointFile } from '../../src/audit/seal/checkpoint-file.js';
import { NodeSealer, type Tail } from '../../src/audit/seal/node-sealer.js';
import { AuditSealer } from '../../src/audit/seal/audit-sealer.js';
import { checkpointOf } from '../../src/audit/seal/checkpoint.js';
import { publicKeyFilesIn, publicKeyFrom } from '../../src/audit/seal/seal-key.js';
import { SealStore } from '../../src/audit/seal/seal-store.js';
import type { Finding } from '../../src/audit/verify/findings.js';
import { verifyAudit, type VerifyReport } from '../../src/audit/verify/verify-audit.js';
import { readSettings } from '../../src/config/settings.js';
import { WrittenRows } from '../../src/audit/seal/written-rows.js';
import { Command } from './process.js';
import type { TestService } from './test-service.js';
import type { QueuedEvent, AuditRecord } from '../../src/audit/events/audit-row.js';

export const auditRecordOf = (fields: Partial<AuditRecord> = {}): AuditRecord => ({
  userId: uuid(),
  userName: 'Ada',
  keyId: uuid(),
  keyStart: 'mcp_Ab12',
  action: 'tools/call',
  tool: 'whoami',
  resource: 'document:1',
  targets: ['document:1', 'document:2'],
  outcome: 'failure',
  reason: 'not_found',
  elevated: false,
  scopes: ['documents:read'],
  ip: '192.0.2.1',
  userAgent: 'spec/1.0',
  requestId: uuid(),
  traceId: null,
  durationMs: 1.25,
  metadata: { one: 1 },
  via: null,
  organizationId: null,
  keyName: null,
  clientId: null,
  actors: null,
  ...fields,
});

export const rowOf = (
  nodeId: string,
  nodeSeq: number,
  occurredAt = new Date(),
  fields: Partial<AuditRecord> = {},
): QueuedEvent => ({
  ...auditRecordOf(fields),
  id: uuid({ msecs: occurredAt.getTime() }),
  occurredAt,
  nodeId,
  nodeSeq,
});

/** Writes rows with these numbers, as another process than the service. */
export async function addRows(
  service: TestService,
  nodeId: string,
  numbers: readonly number[],
  at?: (seq: number) => Date,
): Promise<QueuedEvent[]> {
  const rows = numbers.map((seq) => rowOf(nodeId, seq, at?.(seq)));
  await service.service.app.get(AuditStore, { strict: false }).write(rows);
  return rows;
}

export const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

export const sealerOf = (service: TestService) => service.service.app.get(AuditSealer, { strict: false });

/** Returns the sealer that another process on the same data folder would have. */
export function otherSealer(service: TestService, nodeId: string, tail?: Tail): NodeSealer {
  const checkpoints = new CheckpointFile(`${service.dataDir}/audit/checkpoints.json`, () => undefined);
  const parts = {
    store: service.service.app.get(SealStore, { strict: false }),
    written: new WrittenRows(),
    isFullyWritten: () => true,
    publish: (seal: Parameters<typeof checkpointOf>[0]) => checkpoints.add(checkpointOf(seal)),
  };
  return new NodeSealer(nodeId, parts, tail);
}

export type Statement = [sql: string, values?: unknown[]];

/** Changes the audit as only a superuser can, without triggers and rights. */
export async function tamper(url: string, ...statements: Statement[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query('ALTER TABLE audit_seals DROP CONSTRAINT IF EXISTS audit_seals_shape');
    for (const [sql, values = []] of statements) {
      const { rowCount, command } = await client.query(sql, values);
      if (['UPDATE', 'DELETE', 'INSERT'].includes(command) && rowCount === 0)
        throw new Error(`changed nothing: ${sql}`);
    }
  } finally {
    await client.end();
  }
}

export interface Verified {
  code: number | null;
  report: VerifyReport;
}

/** Returns what `npm run audit:verify` finds with default options, and its exit code. */
export async function verify(url: string, dataDir: string): Promise<Verified> {
  const { audit } = readSettings({ DATABASE_URL: url, DATA_DIR: dataDir });
  const keys = await Promise.all(
    publicKeyFilesIn(dataDir).map(async (file) => publicKeyFrom(await readFile(file), file)),
  );
  const checkpoints = await new CheckpointFile(audit.seal.checkpointsFile, () => undefined).read();
  const report = await verifyAudit(url, keys, [...checkpoints.values()]);
  return { code: report.whole ? 0 : 1, report };
}

/** Runs `npm run audit:verify -- --json` as a process. */
export async function verifyByCommand(url: string, dataDir: string, args: string[] = []): Promise<Verified> {
  const command = verifyCommand(url, dataDir, [...args, '--json']);
  const code = await command.end();
  const json = command.output.split('\n').find((line) => line.startsWith('{'));
  if (json === undefined) throw new Error(command.output);
  return { code, report: JSON.parse(json) as VerifyReport };
}

export const verifyCommand = (url: string, dataDir: string, args: string[] = []): Command =>
  Command.run('cli/bouncer.js', {
    env: { DATABASE_URL: url, DATA_DIR: dataDir },
    args: ['audit', 'verify', ...args],
  });

/** Returns the members of a finding that identify it. */
export const named = ({ kind, nodeId, nodeSeq, rowId }: Finding) => [kind, nodeId, nodeSeq, rowId] as const;
