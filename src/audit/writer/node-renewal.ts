import { Logger } from '@nestjs/common';
import { sleep } from '../../common/timeouts.js';
import type { AuditDisk } from './audit-disk.js';
import type { AuditNode } from './audit-node.js';
import type { AuditQueue } from './audit-queue.js';
import type { AuditStore } from './audit-store.js';
import type { NodeCloser } from './spool/abandoned-nodes.js';

const RETRY_MS = 250;
/** How long whoever took the node over may take for it, before rows are written with the numbers that they have. */
const OVER_MS = 60_000;

const logger = new Logger('AuditWriter');

/** Tries until it succeeds. */
export async function retryUntilDone<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      logger.error(String(error));
      await sleep(RETRY_MS);
    }
  }
}

/**
 * Gives the rows that still wait in memory, and that the node's new owner has not found on disk, numbers of the node that this process goes
 * on as: the chain of the one before is closed, or will be. Not before the other one is done: what it writes would be written twice.
 * @param left what this process had on disk as `lost`; its files are the other's now @param disk what it has as `node`
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
    // Its caller was told that it is on disk.
    if (segment) await disk.keep(item).catch((error: unknown) => logger.error(String(error)));
  }
}

async function isOverInTime(isOver: () => Promise<boolean>): Promise<boolean> {
  for (const deadline = Date.now() + OVER_MS; Date.now() < deadline; await sleep(RETRY_MS)) {
    if (await isOver().catch(() => false)) return true;
  }
  return false;
}
