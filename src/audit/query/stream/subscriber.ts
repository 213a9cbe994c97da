import type { Caller } from '../../../access/caller.js';
import type { AuditEvent } from '../../events/audit-event.entity.js';
import { auditMatch } from '../audit-where.js';
import type { AuditFilters } from '../dto/audit-filters.dto.js';
import { REPLAY_ROWS } from './audit-replay.js';
import { EventStream, eventText } from './event-stream.js';

/** How old the last look at a caller may be: after that the stream ends rather than show what it should not. */
const TRUST_MS = 10_000;
const HELD_ROWS = 10_000;

/** Somebody who follows the trail. */
export class Subscriber {
  readonly stream = new EventStream();
  private matches: (event: AuditEvent) => boolean;
  private checkedAt = Date.now();
  /** While rows of the past are read, what happens meanwhile waits here. */
  private held: AuditEvent[] | undefined;

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

  hold(): void {
    this.held = [];
  }

  /** Sends the past, then what was held and is not part of it. */
  resume(past: AuditEvent[]): void {
    const shown = past.slice(0, REPLAY_ROWS);
    for (const event of shown) this.stream.send(textOf(event));
    if (past.length > REPLAY_ROWS)
      this.sendEvent('gap', { reason: 'too_many', lastEventId: shown.at(-1)!.id });
    const ids = new Set(shown.map(({ id }) => id));
    const held = this.held ?? [];
    this.held = undefined;
    for (const event of held) if (!ids.has(event.id)) this.show(event, textOf(event));
  }

  /** @param text the event as all streams send it */
  show(event: AuditEvent, text: string): void {
    if (!this.matches(event)) return;
    if (!this.held) return this.stream.send(text);
    if (this.held.length < HELD_ROWS) this.held.push(event);
    else this.stream.finish(eventText('overflow', { heldRows: HELD_ROWS }));
  }

  sendEvent(event: 'gap', data: object): void {
    this.stream.send(eventText(event, data));
  }

  /** The caller as of now: a demoted one sees less from here on. */
  checked(caller: Caller): void {
    this.checkedAt = Date.now();
    this.caller = caller;
    this.matches = auditMatch(caller, this.filters);
  }

  get isTrusted(): boolean {
    return Date.now() - this.checkedAt < TRUST_MS;
  }

  end(code: string): void {
    this.stream.finish(eventText('end', { code }));
  }
}

export const textOf = (event: AuditEvent): string => eventText('audit', event, event.id);
