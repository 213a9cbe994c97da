import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { newId } from '../../common/new-id.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import type { AddedEvents } from '../writer/audit-insert.js';
import { AuditWriter } from '../writer/audit-writer.js';
import { DeadLetter } from './dead-letter.js';
import { sendWebhook, type WebhookTarget } from './webhook-request.js';
import { type AuditRow, EVENT_MEMBERS } from '../events/audit-row.js';
import { SingleFlight } from '../../common/single-flight.js';

const BATCH_EVENTS = 100;
const BATCH_MS = 1_000;
const MAX_EVENTS = 10_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** The time for one last attempt when the service stops. */
const LAST_TRY_MS = 3_000;

export interface AuditWebhookState {
  delivered: number;
  pending: number;
  /** Events in the dead-letter file, or in the log where writing the file failed. */
  deadLettered: number;
}

/**
 * Delivers committed rows to another system, at least once each while that system answers. No call waits for it. Rows that cannot
 * be delivered or queued go to a dead-letter file.
 */
@Injectable()
export class AuditWebhook implements OnApplicationShutdown {
  private readonly logger = new Logger(AuditWebhook.name);
  private readonly target: WebhookTarget | undefined;
  private readonly retryMs: readonly number[];
  private readonly deadLetter: DeadLetter;
  private readonly stopping = new AbortController();
  /** Events as JSON. */
  private queue: string[] = [];
  private bytes = 0;
  private underWay = 0;
  private delivered = 0;
  private deadLettered = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly sending = new SingleFlight(() => this.sendAll());
  private putAway: Promise<void> = Promise.resolve();

  constructor(@InjectSettings() settings: Settings, writer: AuditWriter) {
    this.target = settings.audit.webhook;
    this.retryMs = settings.audit.webhookRetryMs;
    this.deadLetter = new DeadLetter(settings.dataDir);
    if (this.target) writer.onAdded((added) => this.take(added));
  }

  /** The state for the health route; `undefined` where there is no webhook. */
  state(): AuditWebhookState | undefined {
    if (!this.target) return undefined;
    const { delivered, deadLettered } = this;
    return { delivered, pending: this.queue.length + this.underWay, deadLettered };
  }

  /** Runs after the drain, so that its rows are delivered too. Waiting rows get one attempt and then go to the file. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.sending.current;
    const deadline = AbortSignal.timeout(LAST_TRY_MS);
    while (this.queue.length > 0 && !deadline.aborted) {
      const batch = this.next();
      await this.tryOnce(batch, newId(), deadline).catch(() => this.giveUp(batch));
      this.underWay = 0;
    }
    this.giveUp(this.queue.splice(0));
    await this.putAway;
  }

  private take(added: AddedEvents): void {
    const refused: string[] = [];
    for (const event of added.events) {
      const json = jsonOf(event);
      if (this.queue.length < MAX_EVENTS && this.bytes + json.length <= MAX_BYTES) {
        this.queue.push(json);
        this.bytes += json.length;
      } else refused.push(json);
    }
    this.giveUp(refused);
    if (this.queue.length >= BATCH_EVENTS) this.send();
    else this.timer ??= setTimeout(() => this.send(), BATCH_MS);
  }

  private send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.sending.join();
  }

  private async sendAll(): Promise<void> {
    while (this.queue.length > 0 && !this.stopping.signal.aborted) {
      const batch = this.next();
      await this.deliver(batch);
      this.underWay = 0;
    }
  }

  private next(): string[] {
    const batch = this.queue.splice(0, BATCH_EVENTS);
    for (const { length } of batch) this.bytes -= length;
    this.underWay = batch.length;
    return batch;
  }

  private async deliver(batch: string[]): Promise<void> {
    const id = newId();
    for (const wait of [...this.retryMs, undefined]) {
      try {
        return await this.tryOnce(batch, id, this.stopping.signal);
      } catch (error) {
        if (this.stopping.signal.aborted) break;
        this.logger.warn(`The audit webhook did not take ${batch.length} events: ${reasonOf(error)}`);
        if (wait === undefined) break;
        await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
    if (this.stopping.signal.aborted) this.queue.unshift(...batch);
    else this.giveUp(batch);
  }

  private async tryOnce(batch: string[], id: string, signal: AbortSignal): Promise<void> {
    await sendWebhook(this.target!, id, `{"events":[${batch.join(',')}]}`, signal);
    this.delivered += batch.length;
  }

  private giveUp(events: string[]): void {
    if (events.length === 0) return;
    this.putAway = this.keep(events);
  }

  private async keep(events: string[]): Promise<void> {
    await this.deadLetter.add(events).catch((error: unknown) => {
      this.logger.error(`${events.length} events for the audit webhook were lost: ${String(error)}`);
    });
    this.deadLettered += events.length;
  }
}

/** An event as the list shows it, without `recordedAt`, which only the database knows. */
const jsonOf = (event: Partial<AuditRow>): string =>
  JSON.stringify(Object.fromEntries(EVENT_MEMBERS.map((name) => [name, event[name]])));

/** The message of an error with its cause, where `fetch` puts the reason. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};
