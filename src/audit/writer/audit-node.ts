import { newId } from '../../common/new-id.js';
import type { AuditSlot } from '../events/audit-row.js';

/** One run of one process. It numbers its rows from 1 without a gap, with timestamps that never decrease. */
export class AuditNode {
  readonly id = newId();
  private sequence = 0;
  /** Shared by all rows of one millisecond, because objects that live until their batch is written burden the garbage collector. */
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

  /** Returns the slot itself, or, for a slot of a node that another process took over, a new one of this node. */
  own(slot: AuditSlot): AuditSlot {
    return slot.nodeId === this.id ? slot : { ...slot, nodeId: this.id, nodeSeq: ++this.sequence };
  }
}
