import type { DataSource } from 'typeorm';
import type { QueuedEvent } from '../events/audit-row.js';
import { ADDED_CHANNEL } from './audit-insert.js';

/** Announces rows that were committed without a word: see {@link ADDED_CHANNEL}. */
export async function announceRuns(database: DataSource, events: readonly QueuedEvent[]): Promise<void> {
  const runs = runsOf(events).map(({ nodeId, first, last }) => `${nodeId} ${first} ${last}`);
  await database.query('SELECT pg_notify($1, run) FROM unnest($2::text[]) AS run', [ADDED_CHANNEL, runs]);
}

interface Run {
  nodeId: string;
  first: number;
  last: number;
}

/** Joins the numbers of each node that follow each other. */
export function runsOf(events: readonly Pick<QueuedEvent, 'nodeId' | 'nodeSeq'>[]): Run[] {
  const runs: Run[] = [];
  const ordered = events.toSorted((a, b) => a.nodeId.localeCompare(b.nodeId) || a.nodeSeq - b.nodeSeq);
  for (const { nodeId, nodeSeq } of ordered) {
    const run = runs.at(-1);
    if (run?.nodeId === nodeId && run.last === nodeSeq - 1) run.last = nodeSeq;
    else runs.push({ nodeId, first: nodeSeq, last: nodeSeq });
  }
  return runs;
}
