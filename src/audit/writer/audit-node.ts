import { newId } from '../../common/new-id.js';
import type { AuditSlot } from '../events/audit-row.js';

/** One boot of one process: numbers its rows from 1, without a gap, at times that never go back. */
export class AuditNode {
  readonly id = newId();
  private sequence = 0;
  /** Rows of one millisecond share it: they wait for their batch, and what waits is what garbage collection costs. */
  private latest = new Date(0);

  get accepted(): number {
    return this.sequence;
  }

  next(): AuditSlot {
    const now = Date.now();
    if (now > this.latest.getTime()) this.latest = new Date(now);
    return {
      id: newId(),
      occurredAt: this.latest,
      nodeId: this.id,
      nodeSeq: ++this.sequence,
    };
  }

  /** The slot itself; one of a node that was taken from this process gets a number of this one. */
  own(slot: AuditSlot): AuditSlot {
    return slot.nodeId === this.id ? slot : { ...slot, nodeId: this.id, nodeSeq: ++this.sequence };
  }
}
