import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { Mail } from './mail.js';
import { isPermanent, MailTransport } from './mail-transport.js';

/** How many mails may wait; about 1 KB each. */
const MAX_WAITING = 1_000;
/** Between the attempts to send one mail: a server may restart, or put off a sender that it does not know. */
const RETRY_MS = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000];
/** For the mails that still wait when the service stops. */
const DRAIN_MS = 5_000;

/**
 * Sends mails, so that nobody waits for it and nothing fails with it: they stand in a bounded outbox in memory and are
 * tried again, further and further apart. A mail that could not be sent is logged as an error, with its subject and
 * recipient. Without `SMTP_URL` a mail is one entry of the log instead.
 */
@Injectable()
export class MailService implements BeforeApplicationShutdown {
  private readonly logger = new Logger(MailService.name);
  private readonly transport: MailTransport | undefined;
  private readonly outbox = new Map<Mail, Promise<void>>();
  private readonly closing = new AbortController();

  constructor(@InjectSettings() { mail: { smtpUrl, from } }: Settings) {
    if (smtpUrl) this.transport = new MailTransport(smtpUrl, from);
    setMaxListeners(0, this.closing.signal);
  }

  /** How many more mails the outbox takes. */
  room(): number {
    return MAX_WAITING - this.outbox.size;
  }

  /** Accepts a mail and returns at once. Never throws: where the outbox is full, the mail is logged as lost. */
  send(mail: Mail): void {
    if (!this.transport) {
      const { to, subject, text } = mail;
      this.logger.log(`Mail to ${to}, only logged, as SMTP_URL is not set: ${subject}\n\n${text}`);
    } else if (this.room() <= 0) this.lost(mail, `${MAX_WAITING} others wait already`);
    else {
      const delivery = this.deliver(mail, this.transport).finally(() => this.outbox.delete(mail));
      this.outbox.set(mail, delivery);
    }
  }

  /** Tries what waits once more, and reports what could not be sent in time. Comes after all who may send. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closing.abort();
    const deadline = new AbortController();
    await Promise.race([
      Promise.all(this.outbox.values()),
      pause(DRAIN_MS, undefined, { signal: deadline.signal }).catch(() => undefined),
    ]);
    deadline.abort();
    for (const mail of this.outbox.keys()) this.giveUp(mail, 'the service stops');
    this.transport?.close();
  }

  private async deliver(mail: Mail, transport: MailTransport): Promise<void> {
    const message = transport.compose(mail);
    for (let attempt = 0; ; attempt++) {
      const delay = this.closing.signal.aborted ? undefined : RETRY_MS[attempt];
      try {
        return await transport.send(message);
      } catch (error) {
        if (!this.outbox.has(mail)) return;
        if (delay === undefined || isPermanent(error)) return this.giveUp(mail, error);
        this.logger.warn(
          `Mail to ${mail.to} waits: ${mail.subject}; again in ${delay / 1000} s: ${String(error)}`,
        );
        // At shutdown nothing waits any longer.
        await pause(delay, undefined, { signal: this.closing.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  private giveUp(mail: Mail, reason: unknown): void {
    if (this.outbox.delete(mail)) this.lost(mail, reason);
  }

  private lost({ to, subject }: Mail, reason: unknown): void {
    this.logger.error(`Mail to ${to} was not sent: ${subject}: ${String(reason)}`);
  }
}
