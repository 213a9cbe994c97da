import type { AuditDisk } from './audit-disk.js';
import type { AuditQueue } from './audit-queue.js';

export interface AuditWriterState {
  /** Numbers given out by this node. `accepted` is `written + spooled + pending`, as long as nothing was dropped. */
  accepted: number;
  written: number;
  /** Rows of this process that are on disk only. */
  spooled: number;
  spooledBytes: number;
  pending: number;
  pendingBytes: number;
  /** Rows that PostgreSQL does not take, whatever is left out of them, and lines of the spool that cannot be read; must stay 0. */
  dropped: number;
  /** Earlier processes whose rows are not all replayed. */
  abandonedNodes: number;
  /** The age of the oldest row that is not in the table. */
  lagSeconds: number;
}

/** @param open numbers given out for rows that are not accepted yet */
export function writerState(
  accepted: number,
  open: number,
  refused: number,
  queue: AuditQueue,
  disk: AuditDisk | undefined,
): AuditWriterState {
  const pending = queue.rows + open;
  const { rows: spooled = 0, bytes: spooledBytes = 0, oldest: onDisk } = disk ?? {};
  const oldest = onDisk ?? queue.oldest;
  return {
    accepted,
    // Rows of a node that was taken from this process may still wait.
    written: Math.max(0, accepted - pending - spooled - refused),
    spooled,
    spooledBytes,
    pending,
    pendingBytes: queue.size,
    dropped: refused + (disk?.damagedLines ?? 0),
    abandonedNodes: disk?.abandonedNodes ?? 0,
    lagSeconds: oldest ? Math.max(0, Date.now() - oldest.getTime()) / 1000 : 0,
  };
}
