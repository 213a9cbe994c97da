import type { KeyObject } from 'node:crypto';
import { latestPerNode, type Checkpoint } from '../seal/checkpoint.js';
import { type Finding, Findings, KINDS, type Kind } from './findings.js';
import { type FollowedKey, KeyChain } from './key-chain.js';
import { NodeVerifier } from './node-verifier.js';
import { Snapshot, UnbelievableError } from './snapshot.js';
import { Verification } from './verification.js';
import { VerifyKeys } from './verify-keys.js';
import type { VerifiedUpTo, VerifyWatch } from './verify-progress.js';

export interface VerifyReport {
  whole: boolean;
  rows: number;
  seals: number;
  nodes: number;
  waiting: number;
  archived: number;
  /** How many numbers of each node were never recorded. */
  lost: Record<string, number>;
  /** The public keys that were given, and those that signed handovers lead to. */
  keys: FollowedKey[];
  verifiedUpTo: VerifiedUpTo | null;
  counts: Record<Kind, number>;
  /** The first findings. */
  findings: Finding[];
  seconds: number;
}

/**
 * Compares every row with the seals, in one pass and with memory that does not grow with the table.
 * @param checkpoints read before the table, which is therefore at least as far; several of one node where several files are kept
 * @param watch is told how far it is
 * @throws the error of PostgreSQL, and the reason of who stops it
 */
export async function verifyAudit(
  url: string,
  keys: readonly KeyObject[],
  checkpoints: readonly Checkpoint[],
  watch?: VerifyWatch,
): Promise<VerifyReport> {
  const startedAt = Date.now();
  const snapshot = await Snapshot.open(url).catch((error: unknown) => {
    if (error instanceof UnbelievableError) return error;
    throw error;
  });
  if (snapshot instanceof UnbelievableError) return unread(snapshot, startedAt);
  try {
    const chain = KeyChain.follow(keys, await snapshot.handovers());
    const believed = new VerifyKeys(chain);
    const wrong = new Map(
      checkpoints.map((checkpoint) => [checkpoint, believed.wrongCheckpoint(checkpoint)]),
    );
    const right = latestPerNode(checkpoints.filter((checkpoint) => wrong.get(checkpoint) === undefined));
    const size = watch && (await snapshot.size());
    const verification = new Verification(snapshot, believed, right, startedAt, watch, size);
    verification.handovers(chain.problems);
    for (const [checkpoint, problem] of wrong)
      if (problem !== undefined)
        verification.checkpoint('seal', checkpoint, `the checkpoint that was given: ${problem}`);
    verification.believe(await snapshot.statements());
    await verifyNodes(verification);
    verification.countArchives();
    verification.advance();
    await countRows(verification);
    return report(verification, chain);
  } finally {
    await snapshot.close();
  }
}

/** Counts the rows again without an index, because a superuser can make an index skip rows. */
async function countRows({ snapshot, findings }: Verification): Promise<void> {
  const rows = await snapshot.countRows();
  if (rows === snapshot.rows.read) return;
  findings.add(schemaFinding(`audit_events: it has ${rows} rows, ${snapshot.rows.read} came in order`));
}

const schemaFinding = (what: string): Finding => ({
  kind: 'schema',
  nodeId: null,
  nodeSeq: null,
  rowId: null,
  time: null,
  what,
});

/** The report where nothing was read, because the tables cannot be trusted. */
function unread({ problems }: UnbelievableError, startedAt: number): VerifyReport {
  const findings = new Findings();
  for (const problem of problems) findings.add(schemaFinding(problem));
  const none = {
    rows: 0,
    seals: 0,
    nodes: 0,
    waiting: 0,
    archived: 0,
    lost: {},
    keys: [],
    verifiedUpTo: null,
  };
  return { ...none, ...outcome(findings, startedAt) };
}

async function verifyNodes(verification: Verification): Promise<void> {
  const { snapshot, checkpoints, keys } = verification;
  const gone = new Map(checkpoints);
  const unseen = keys.nodesWithHeads;
  for (;;) {
    const nodeIds = [snapshot.rows.current, snapshot.seals.current].flatMap((one) =>
      one ? [one.nodeId] : [],
    );
    // PostgreSQL sorts uuids in the order of their texts.
    const nodeId = nodeIds.sort()[0];
    if (nodeId === undefined) break;
    verification.nodes++;
    gone.delete(nodeId);
    unseen.delete(nodeId);
    await new NodeVerifier(nodeId, verification).verify();
  }
  for (const nodeId of unseen) for (const head of keys.headsOf(nodeId)) verification.truncatedBefore(head, 0);
  for (const checkpoint of gone.values())
    verification.checkpoint('truncated', checkpoint, `the node is gone, with its ${checkpoint.number} seals`);
}

function report(verification: Verification, chain: KeyChain): VerifyReport {
  const { snapshot, findings, nodes, waiting, archived, lost, startedAt } = verification;
  return {
    rows: snapshot.rows.read,
    seals: snapshot.seals.read,
    nodes,
    waiting,
    archived,
    lost: Object.fromEntries(lost),
    keys: chain.followed,
    verifiedUpTo: verification.newest.place,
    ...outcome(findings, startedAt),
  };
}

const outcome = ({ total, counts, shown }: Findings, startedAt: number) => ({
  whole: total === 0,
  counts,
  findings: shown,
  seconds: (Date.now() - startedAt) / 1000,
});

const many = (count: number, one: string) => `${count} ${one}${count === 1 ? '' : 's'}`;

/** The report for people: a line for each finding, then a summary. */
export function linesOfReport(report: VerifyReport): string[] {
  const { findings, counts, lost } = report;
  const total = KINDS.reduce((sum, kind) => sum + counts[kind], 0);
  const found = KINDS.filter((kind) => counts[kind] > 0).map((kind) => `${counts[kind]} ${kind}`);
  const seen = [many(report.rows, 'row'), many(report.seals, 'seal'), many(report.nodes, 'node')];
  if (report.archived > 0) seen.push(`${report.archived} archived`);
  if (report.waiting > 0) seen.push(`${report.waiting} not sealed yet`);
  return [
    ...findings.map(lineOf),
    ...(total > findings.length ? [`and ${total - findings.length} more`] : []),
    ...report.keys.flatMap(({ id, handedOver }) =>
      handedOver ? [`notice: key ${id} handed over to ${handedOver.to}  ${handedOver.at}`] : [],
    ),
    ...Object.entries(lost).map(([nodeId, count]) => `notice: node ${nodeId} lost: ${count}`),
    `${seen.join(', ')} in ${report.seconds.toFixed(1)} s: ${total === 0 ? 'whole' : found.join(', ')}`,
  ];
}

const lineOf = ({ kind, nodeId, nodeSeq, rowId, time, what }: Finding): string =>
  [
    kind.padEnd(9),
    ...(nodeId === null ? [] : [nodeSeq === null ? `node ${nodeId}` : `node ${nodeId} number ${nodeSeq}`]),
    ...(rowId === null ? [] : [`row ${rowId}`]),
    ...(time === null ? [] : [time]),
    what,
  ].join('  ');
