export interface AuditWriterState {
  /** Numbers given out. `accepted` is `written + spooled + pending`, as long as nothing was dropped. */
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
