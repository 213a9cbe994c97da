import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import type { Mail } from '../../mail/mail.js';
import { MailOutbox } from '../../mail/mail-outbox.js';
import { MailSender } from '../../mail/mail.sender.js';
import { lineText } from '../../validation/line-text.js';
import { MailLimits } from './mail-limits.js';

export interface MailRecipient {
  email: string;
  name: string;
  /** Where it is false, a stranger may have chosen the name, which must not stand in a mail to somebody else. */
  emailVerified?: boolean;
}

/**
 * Sends people the links that they sign in with, over the outbox of mails. Without a mail server these mails are only
 * logged, and in production not even that: whoever reads the log could follow the link.
 */
@Injectable()
export class IdentityMails {
  private readonly logger = new Logger(IdentityMails.name);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly outbox: MailOutbox,
    private readonly sender: MailSender,
    private readonly limits: MailLimits,
  ) {}

  /** Returns whether mails with links reach anybody. In production they do only by SMTP. */
  areSent(): boolean {
    const { mail, environment } = this.settings;
    return mail.smtpUrl !== undefined || environment !== 'production';
  }

  resetPassword(to: MailRecipient, url: string): Promise<void> {
    return this.send(to, 'Choose a new password', [
      `Somebody, probably you, asked for a new password for ${to.email}. Choose one by this link, which works once, within an hour:`,
      url,
      'If that was not you, do nothing: your password stays as it is.',
    ]);
  }

  verifyEmail(to: MailRecipient, url: string): Promise<void> {
    return this.send(to, 'Confirm your e-mail address', [
      `Somebody, probably you, made an account with the address ${to.email}. Confirm that it is yours by this link, which works for an hour:`,
      url,
      'If that was not you, do nothing: nobody can sign in before the address is confirmed.',
    ]);
  }

  accountExists(to: MailRecipient, url: string): Promise<void> {
    return this.send(to, 'You have an account already', [
      `Somebody, probably you, wanted to make an account with the address ${to.email}. There is one already, so nothing was changed. If you do not know its password, choose a new one here:`,
      url,
      'If that was not you, do nothing.',
    ]);
  }

  /**
   * Adds the mail of an invitation within the transaction of `manager`. Call {@link wake} once that is committed.
   * @throws ServiceError `rate_limited` after too many mails to the address
   */
  async invite(
    manager: EntityManager,
    to: MailRecipient & { expiresAt: Date },
    { by, url }: { by: string; url: string },
  ): Promise<void> {
    const limited = await this.limits.toAddress(to.email);
    if (limited) throw limited;
    const until = `${to.expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
    const mail = this.mailTo(to, `Invitation to ${this.settings.service.title}`, [
      `${lineText(by)} has invited you to ${this.settings.service.title}. Accept by choosing a password by this link, which works once, until ${until}:`,
      url,
      'If you did not expect this, do nothing: no account is made.',
    ]);
    await this.outbox.add(manager, [mail]);
  }

  wake(): void {
    this.sender.wake();
  }

  /**
   * Sends a mail with a link. It never throws, because the answer must not say whether the address is known. Too many mails to
   * an address are not sent, for the same reason without a word to who asked.
   */
  async send(to: MailRecipient, subject: string, paragraphs: readonly string[]): Promise<void> {
    if (!this.areSent()) {
      this.logger.error(`A mail with a link was not sent, as SMTP_URL is not set: ${subject}`);
      return;
    }
    try {
      if (await this.limits.toAddress(to.email)) {
        this.logger.warn(`A mail was not sent, as its address gets too many: ${subject}`);
        return;
      }
      await this.outbox.add(this.dataSource.manager, [this.mailTo(to, subject, paragraphs)]);
      this.wake();
    } catch (error) {
      this.logger.error(`A mail was not sent: ${subject}: ${lineText(String(error))}`);
    }
  }

  private mailTo(to: MailRecipient, subject: string, paragraphs: readonly string[]): Mail {
    const { email, name, emailVerified = true } = to;
    const { publicUrl, service } = this.settings;
    const greeting = emailVerified ? `Hello ${lineText(name)},` : 'Hello,';
    const signature = `${service.title}${publicUrl ? ` at ${publicUrl}` : ''}`;
    return { to: email, subject, text: `${[greeting, ...paragraphs, signature].join('\n\n')}\n` };
  }
}
