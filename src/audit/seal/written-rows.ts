import type { AddedEvents } from '../writer/audit-insert.js';
import { HASH_BYTES } from './seal.js';
import type { SealableRow } from './seal-store.js';

/** How many rows of a node are remembered at once; a power of two. */
const PLACES = 2 ** 17;

/**
 * A ring buffer of the rows of one node, from the number `first` on. It uses flat memory, because one object for each call that
 * lives for seconds would burden the garbage collector.
 */
class NodeRows {
  /** Milliseconds since 1970; 0 where there is no row. */
  private readonly times = new Float64Array(PLACES);
  private readonly hashes = Buffer.alloc(PLACES * HASH_BYTES);
  size = 0;

  constructor(private first: number) {}

  add(seq: number, at: number, hashes: Buffer, offset: number): void {
    const place = seq % PLACES;
    if (!this.hasPlace(seq) || this.times[place] !== 0) return;
    this.times[place] = at;
    hashes.copy(this.hashes, place * HASH_BYTES, offset, offset + HASH_BYTES);
    this.size++;
  }

  get(seq: number): SealableRow | undefined {
    const place = seq % PLACES;
    const at = this.times[place]!;
    if (!this.hasPlace(seq) || at === 0) return undefined;
    const hash = this.hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
    return { seq, at: new Date(at), hash };
  }

  forgetUpTo(last: number): void {
    for (; this.first <= last && this.size > 0; this.first++) {
      const place = this.first % PLACES;
      if (this.times[place] === 0) continue;
      this.times[place] = 0;
      this.size--;
    }
    this.first = Math.max(this.first, last + 1);
  }

  private hasPlace(seq: number): boolean {
    return seq >= this.first && seq < this.first + PLACES;
  }
}

/**
 * Remembers the hashes of written rows until they are sealed, so that a change in between is detected. Beyond a bound no hashes are
 * remembered, and the table is read instead.
 */
export class WrittenRows {
  private readonly nodes = new Map<string, NodeRows>();

  /** Whether a node has so many rows that they should be sealed before the interval ends. */
  isFilling(nodeId: string): boolean {
    return (this.nodes.get(nodeId)?.size ?? 0) > PLACES / 4;
  }

  add({ events, hashes }: AddedEvents): void {
    for (const [index, { nodeId, nodeSeq, occurredAt }] of events.entries()) {
      let rows = this.nodes.get(nodeId);
      // Rows with lower numbers may still arrive.
      if (!rows) this.nodes.set(nodeId, (rows = new NodeRows(Math.max(1, nodeSeq - PLACES / 2))));
      rows.add(nodeSeq, occurredAt.getTime(), hashes, index * HASH_BYTES);
    }
  }

  get(nodeId: string, seq: number): SealableRow | undefined {
    return this.nodes.get(nodeId)?.get(seq);
  }

  forgetUpTo(nodeId: string, last: number): void {
    this.nodes.get(nodeId)?.forgetUpTo(last);
  }

  forgetNode(nodeId: string): void {
    this.nodes.delete(nodeId);
  }
}
