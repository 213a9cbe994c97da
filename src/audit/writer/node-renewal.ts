import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { AuditDisk } from './audit-disk.js';
import type { AuditNode } from './audit-node.js';
import type { AuditQueue } from './audit-queue.js';
import type { AuditStore } from './audit-store.js';
import type { NodeCloser } from './spool/abandoned-nodes.js';

const RETRY_MS = 250;
/** How long to wait for the process that took over the node before rows are written under their present numbers. */
const OVER_MS = 60_000;

const logger = new Logger('AuditWriter');

/** A service that has stopped is not kept alive by a renewal that was under way. */
const pause = () => sleep(RETRY_MS, undefined, { ref: false });

/** Repeats work until it succeeds. */
export async function retryUntilDone<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      logger.error(String(error));
      await pause();
    }
  }
}

/**
 * Renumbers the rows that still wait in memory for the node that this process continues as, because the chain of its former
 * node is being closed by the process that took it over. This waits until that process is done: rows that it found on disk
 * would otherwise be written twice.
 * @param left the disk of the former node, whose files belong to the other process now
 * @param disk the disk of the new node
 */
export async function renumberRows(
  lost: AuditNode,
  node: AuditNode,
  left: AuditDisk,
  disk: AuditDisk,
  queue: AuditQueue,
  store: AuditStore,
  close: NodeCloser,
): Promise<void> {
  const items = queue.take(queue.unclaimed);
  await left.leave().catch((error: unknown) => logger.error(String(error)));
  const isOver = await isOverInTime(() => disk.finishOther(lost.id, close));
  const there = await retryUntilDone(() => store.among(items.map(({ event }) => event)));
  queue.done(items);
  for (const item of items) {
    item.isSafe = there.has(item.event.id);
    if (item.isSafe) continue;
    const { segment } = item;
    if (isOver) Object.assign(item.event, node.own(item.event));
    item.segment = undefined;
    queue.push(item);
    // Its caller was told that the row is on disk.
    if (segment) await disk.keep(item).catch((error: unknown) => logger.error(String(error)));
  }
}

async function isOverInTime(isOver: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + OVER_MS; Date.now() < deadline; await pause()) {
    if (await isOver().catch(() => false)) return true;
  }
  return false;
}
