import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { within } from '../common/timeouts.js';
import { lineText, linesText } from '../validation/line-text.js';
import { type DueMail, MailOutbox, type Outcome } from './mail-outbox.js';
import { CONNECTIONS, isPermanent, MailTransport } from './mail-transport.js';
import { SingleFlight } from '../common/single-flight.js';

/** The pauses between attempts: a server may restart, or defer an unknown sender (greylisting). */
const RETRY_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000, 7_200_000, 21_600_000, 43_200_000];
/** How often to look for mails that another process left. */
const LOOK_MS = 30_000;
const SHORTEST_MS = 1_000;
/** Shorter than the idle timeout of a transaction. */
const ATTEMPT_MS = 45_000;
/** The time for mails that are due when the service stops. */
const DRAIN_MS = 5_000;

/**
 * Sends the mails of the outbox in the background, so that no request waits for a mail or fails with it. A failed mail is tried
 * again at growing intervals. One that cannot be sent is logged as an error with its subject and recipient. Without `SMTP_URL`,
 * mails are only logged.
 */
@Injectable()
export class MailSender implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(MailSender.name);
  private readonly transport: MailTransport | undefined;
  private state: 'idle' | 'sending' | 'draining' | 'closed' = 'idle';
  private readonly sending = new SingleFlight(() => this.sendDue());
  private askedAgain = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectSettings() { mail: { smtpUrl, from } }: Settings,
    private readonly outbox: MailOutbox,
    private readonly host: HttpAdapterHost,
  ) {
    if (smtpUrl) this.transport = new MailTransport(smtpUrl, from);
  }

  /** Only a service that listens sends mails, because a command on the same database may lack the mail settings. */
  onModuleInit(): void {
    this.host.listen$.subscribe(() => {
      this.state = 'sending';
      this.wake();
    });
  }

  /** Call it after a mail was committed. It returns at once and never throws. */
  wake(): void {
    if (this.state !== 'sending') return;
    this.askedAgain = true;
    if (this.sending.current) return;
    void this.sending.join().then(() => this.askedAgain && this.wake());
  }

  /** Sends the due mails once more; the others wait for the next start. It runs after everything that may add mails. */
  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    if (this.state !== 'sending') return this.transport?.close();
    this.state = 'draining';
    const drained = (this.sending.current ?? Promise.resolve()).then(() => this.sendAll());
    await within(DRAIN_MS, drained).catch((error: unknown) =>
      this.logger.warn(`Mails wait for the next start: ${lineText(String(error))}`),
    );
    this.state = 'closed';
    this.transport?.close();
    // Aborted attempts release their rows before the connection pool is closed.
    await within(DRAIN_MS, drained).catch(() => undefined);
  }

  private async sendDue(): Promise<void> {
    clearTimeout(this.timer);
    let next: number | undefined;
    try {
      do {
        this.askedAgain = false;
        await this.sendAll();
      } while (this.askedAgain && this.state === 'sending');
      next = await this.outbox.nextInMs();
    } catch (error) {
      this.logger.warn(`Mails wait for the next try: ${lineText(String(error))}`);
    }
    if (this.state !== 'sending') return;
    const delay = Math.min(LOOK_MS, Math.max(SHORTEST_MS, next ?? LOOK_MS));
    this.timer = setTimeout(() => this.wake(), delay).unref();
  }

  private async sendAll(): Promise<void> {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => this.sendOneByOne()));
  }

  private async sendOneByOne(): Promise<void> {
    while (this.state !== 'closed' && (await this.outbox.tryNext((mail) => this.attempt(mail))));
  }

  private async attempt(mail: DueMail): Promise<Outcome> {
    const to = lineText(mail.to);
    const subject = lineText(mail.subject);
    if (mail.outdated) return this.giveUp(mail, 'it waited for too long');
    if (!this.transport) {
      this.logger.log(
        `Mail to ${to}, only logged, as SMTP_URL is not set: ${subject}\n\n${linesText(mail.text)}`,
      );
      return 'done';
    }
    try {
      await within(ATTEMPT_MS, this.transport.send(mail));
      return 'done';
    } catch (error) {
      if (this.state === 'closed') {
        this.logger.warn(`Mail to ${to} waits for the next start: ${subject}`);
        return 'untouched';
      }
      const againInMs = RETRY_MS[mail.attempts];
      if (againInMs === undefined || isPermanent(error)) return this.giveUp(mail, error);
      const reason = lineText(String(error));
      this.logger.warn(`Mail to ${to} waits: ${subject}; again in ${againInMs / 1000} s: ${reason}`);
      return { againInMs };
    }
  }

  private giveUp(mail: DueMail, reason: unknown): Outcome {
    this.outbox.lost(mail, reason);
    return 'done';
  }
}
