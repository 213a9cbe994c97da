import type { AddedEvent } from '../audit-insert.js';
import type { SealableRow } from './seal-store.js';

const MOST = 100_000;

/**
 * The hashes of rows as they were written, until they are sealed: what is changed in between shows. Beyond a bound none
 * are taken, and the table is asked instead.
 */
export class WrittenRows {
  private readonly nodes = new Map<string, Map<number, SealableRow>>();
  private size = 0;

  get isFilling(): boolean {
    return this.size > MOST / 2;
  }

  add(added: readonly AddedEvent[]): void {
    for (const { event, hash } of added) {
      if (this.size >= MOST) return;
      const rows = this.nodes.get(event.nodeId) ?? new Map<number, SealableRow>();
      this.nodes.set(event.nodeId, rows);
      if (rows.has(event.nodeSeq)) continue;
      this.size++;
      rows.set(event.nodeSeq, { seq: event.nodeSeq, at: event.occurredAt, hash });
    }
  }

  get(nodeId: string, seq: number): SealableRow | undefined {
    return this.nodes.get(nodeId)?.get(seq);
  }

  forget(nodeId: string, from: number, to: number): void {
    const rows = this.nodes.get(nodeId);
    if (!rows) return;
    for (let seq = from; seq <= to; seq++) if (rows.delete(seq)) this.size--;
    if (rows.size === 0) this.nodes.delete(nodeId);
  }

  forgetNode(nodeId: string): void {
    this.size -= this.nodes.get(nodeId)?.size ?? 0;
    this.nodes.delete(nodeId);
  }
}
