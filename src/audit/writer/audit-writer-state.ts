import type { AuditDisk } from './audit-disk.js';
import type { AuditQueue } from './audit-queue.js';

export interface AuditWriterState {
  /** Numbers assigned by this node. `accepted` is `written + spooled + pending`, as long as nothing was dropped. */
  accepted: number;
  written: number;
  /** Rows of this process that are only on disk. */
  spooled: number;
  spooledBytes: number;
  pending: number;
  pendingBytes: number;
  /** Rows that PostgreSQL rejects even without their texts, and spool lines that cannot be read. It must stay 0. */
  dropped: number;
  /** Earlier processes whose spooled rows were not all replayed. */
  abandonedNodes: number;
  /** The age of the oldest row that is not in the table. */
  lagSeconds: number;
}

/** @param open numbers assigned to rows that are not accepted yet */
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
    // Rows of a node that another process took over may still wait here.
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
