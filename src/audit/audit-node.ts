import { newId } from '../ids/new-id.js';

/** A row's place: taken when the row is accepted, and never given to another. */
export interface AuditSlot {
  id: string;
  occurredAt: Date;
  nodeId: string;
  nodeSeq: number;
}

/** One boot of one process: numbers its rows from 1, without a gap, at times that never go back. */
export class AuditNode {
  readonly id = newId();
  private sequence = 0;
  private latest = 0;

  get accepted(): number {
    return this.sequence;
  }

  next(): AuditSlot {
    this.latest = Math.max(this.latest, Date.now());
    return {
      id: newId(),
      occurredAt: new Date(this.latest),
      nodeId: this.id,
      nodeSeq: ++this.sequence,
    };
  }
}
