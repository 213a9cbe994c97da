import type { Caller } from '../../../access/caller.js';
import type { AuditEvent } from '../../events/audit-event.entity.js';
import { auditMatch } from '../audit-where.js';
import type { AuditFilters } from '../dto/audit-filters.dto.js';
import { REPLAY_ROWS } from './audit-replay.js';
import { EventStream, eventText } from './event-stream.js';

/** How long the last check of a caller is trusted before the stream ends. */
const TRUST_MS = 10_000;
const HELD_ROWS = 10_000;

/** One client that follows the trail. */
export class Subscriber {
  readonly stream = new EventStream();
  private matches: (event: AuditEvent) => boolean;
  private checkedAt = Date.now();
  /** The new events that wait until earlier rows were sent, or until the caller was checked again. */
  private readonly held: AuditEvent[] = [];
  private isResuming = false;
  /** The changes of the key or its owner that a check has to follow. */
  private doubts = 0;
  /** The doubts that the last check has followed. */
  private settled = 0;

  constructor(
    public caller: Caller,
    readonly ip: string,
    readonly filters: AuditFilters,
  ) {
    this.matches = auditMatch(caller, filters);
  }

  get userId(): string {
    return this.caller.userId;
  }

  /** Holds new events until {@link resume} has sent the earlier ones. */
  hold(): void {
    this.isResuming = true;
  }

  /** Holds new events until the caller was checked again, because the key or its owner has changed. */
  doubt(): void {
    this.doubts++;
  }

  get doubtCount(): number {
    return this.doubts;
  }

  /** Sends the earlier rows, then the held events that are not among them. */
  resume(past: AuditEvent[]): void {
    const shown = past.slice(0, REPLAY_ROWS);
    for (const event of shown) this.stream.send(textOf(event));
    if (past.length > REPLAY_ROWS)
      this.sendEvent('gap', { reason: 'too_many', lastEventId: shown.at(-1)!.id });
    const ids = new Set(shown.map(({ id }) => id));
    const held = this.held.splice(0);
    this.held.push(...held.filter(({ id }) => !ids.has(id)));
    this.isResuming = false;
    this.release();
  }

  /** @param text the formatted event, which all streams share */
  show(event: AuditEvent, text: string): void {
    if (!this.matches(event)) return;
    if (!this.isHolding) return this.stream.send(text);
    if (this.held.length < HELD_ROWS) this.held.push(event);
    else this.stream.finish(eventText('overflow', { heldRows: HELD_ROWS }));
  }

  sendEvent(event: 'gap', data: object): void {
    this.stream.send(eventText(event, data));
  }

  /**
   * Takes over the caller as the database knows them, so that a demoted one sees less.
   * @param doubtCount as it was before the database was read
   */
  checked(caller: Caller, doubtCount: number): void {
    this.checkedAt = Date.now();
    this.caller = caller;
    this.matches = auditMatch(caller, this.filters);
    this.settled = Math.max(this.settled, doubtCount);
    this.release();
  }

  get isTrusted(): boolean {
    return Date.now() - this.checkedAt < TRUST_MS;
  }

  private get isHolding(): boolean {
    return this.isResuming || this.settled < this.doubts;
  }

  private release(): void {
    if (this.isHolding) return;
    for (const event of this.held.splice(0)) this.show(event, textOf(event));
  }

  end(code: string): void {
    this.stream.finish(eventText('end', { code }));
  }
}

export const textOf = (event: AuditEvent): string => eventText('audit', event, event.id);
