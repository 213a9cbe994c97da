import type { Readable } from 'node:stream';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Caller } from '../../../access/caller.js';
import type { Settings } from '../../../config/settings.js';
import { Coherence } from '../../../coherence/coherence.js';
import { Interests } from '../../../coherence/interests.js';
import { InjectSettings } from '../../../config/settings.module.js';
import { serviceStopping } from '../../../errors/service-error.js';
import { assertStreamCapacity } from '../../../errors/stream-limits.js';
import type { AuditFilters } from '../dto/audit-filters.dto.js';
import { ReaderCheck } from '../reader-check.js';
import { type AddedRun, AuditListener } from './audit-listener.js';
import { AuditReplay } from './audit-replay.js';
import { Subscriber, textOf } from './subscriber.js';

const LIMITS = { perUser: 5, total: 100 };
const CHECK_MS = 4_000;
/** The most runs that wait to be read. */
const MAX_RUNS = 1_000;

/** Streams the rows of all replicas to its subscribers as they are committed. */
@Injectable()
export class AuditStreamService implements OnModuleDestroy {
  private readonly logger = new Logger(AuditStreamService.name);
  private readonly subscribers = new Set<Subscriber>();
  private readonly timers: NodeJS.Timeout[] = [];
  private runs: AddedRun[] = [];
  private reading = false;
  private stopped = false;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly listener: AuditListener,
    private readonly replay: AuditReplay,
    private readonly readers: ReaderCheck,
    private readonly interests: Interests,
    coherence: Coherence,
  ) {
    coherence.onCallersChanged((isConcerned) => this.doubt(({ caller }) => isConcerned(caller)));
    coherence.onLapse(() => this.endAll('lease_expired'));
  }

  /** @param lastEventId the last event that the client received; the stream begins with the rows recorded after it */
  async open(
    caller: Caller,
    ip: string,
    filters: AuditFilters,
    lastEventId: string | undefined,
  ): Promise<Readable> {
    this.assertPlace(caller);
    const subscriber = new Subscriber(caller, ip, filters);
    this.enter(subscriber);
    try {
      if (lastEventId) subscriber.hold();
      await this.listener.open({
        added: (run) => this.added(run),
        reconnected: () => this.gap('reconnected'),
      });
      await this.interests.add('audit');
      if (lastEventId) subscriber.resume(await this.replay.after(lastEventId, caller, filters));
      return subscriber.stream;
    } catch (error) {
      subscriber.stream.destroy();
      throw error;
    }
  }

  /** Ends all streams for good, because the service stops. */
  end(): void {
    this.stopped = true;
    this.endAll('service_unavailable');
  }

  onModuleDestroy(): void {
    this.end();
    this.rest();
  }

  private endAll(code: string): void {
    for (const subscriber of this.subscribers) subscriber.end(code);
  }

  /** Holds back what subscribers would see until they were checked again. Nothing waits for that here. */
  private doubt(which: (subscriber: Subscriber) => boolean): void {
    for (const subscriber of this.subscribers) {
      if (!which(subscriber)) continue;
      subscriber.doubt();
      void this.checkOne(subscriber);
    }
  }

  private assertPlace(caller: Caller): void {
    if (this.stopped) throw serviceStopping();
    const open = [...this.subscribers].map(({ userId }) => userId);
    assertStreamCapacity(caller.userId, open, LIMITS);
  }

  private enter(subscriber: Subscriber): void {
    subscriber.stream.once('close', () => this.leave(subscriber));
    this.subscribers.add(subscriber);
    if (this.timers.length > 0) return;
    this.timers.push(
      setInterval(() => this.beat(), this.settings.audit.streamHeartbeatMs).unref(),
      setInterval(() => void this.check(), CHECK_MS).unref(),
    );
  }

  private leave(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
    if (this.subscribers.size === 0) this.rest();
  }

  /** Stops listening while there is no subscriber. */
  private rest(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer);
    this.runs = [];
    this.listener.close();
    this.interests.remove('audit');
  }

  private added(run: AddedRun): void {
    if (this.runs.length >= MAX_RUNS) {
      this.runs = [];
      this.gap('too_many');
    }
    this.runs.push(run);
    if (!this.reading) void this.read();
  }

  /** Reads the runs one after the other, in the order of the commits. */
  private async read(): Promise<void> {
    this.reading = true;
    for (let run = this.runs.shift(); run; run = this.runs.shift()) {
      try {
        for await (const events of this.replay.of(run)) {
          for (const event of events) {
            const text = textOf(event);
            for (const subscriber of this.subscribers) subscriber.show(event, text);
          }
        }
      } catch (error) {
        this.logger.warn(`Streams have a gap: ${String(error)}`);
        this.gap('unread');
      }
    }
    this.reading = false;
  }

  /** Tells the subscribers that rows are missing, which they can read from the list. */
  private gap(reason: string): void {
    for (const subscriber of this.subscribers) subscriber.sendEvent('gap', { reason, at: new Date() });
  }

  private beat(): void {
    for (const { stream } of this.subscribers) stream.beat();
  }

  private async check(): Promise<void> {
    await Promise.all([...this.subscribers].map((subscriber) => this.checkOne(subscriber)));
  }

  /** Ends the stream where the key was revoked, the scope was lost, or no check has succeeded for too long. */
  private async checkOne(subscriber: Subscriber): Promise<void> {
    try {
      const { doubtCount } = subscriber;
      const caller = await this.readers.recheck(subscriber.caller, subscriber.ip);
      if (caller) subscriber.checked(caller, doubtCount);
      else subscriber.end('access_lost');
    } catch {
      if (!subscriber.isTrusted) subscriber.end('database_unavailable');
    }
  }
}
