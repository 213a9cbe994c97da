import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { MailOutbox } from '../../mail/mail-outbox.js';
import { MailSender } from '../../mail/mail.sender.js';
import { lineText } from '../../validation/line-text.js';

export interface MailRecipient {
  email: string;
  name: string;
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
  ) {}

  resetPassword(to: MailRecipient, url: string): Promise<void> {
    return this.send(to, 'Choose a new password', [
      'Somebody, probably you, asked for a new password. Choose one here within an hour:',
      url,
      'If that was not you, do nothing: your password stays as it is.',
    ]);
  }

  verifyEmail(to: MailRecipient, url: string): Promise<void> {
    return this.send(to, 'Confirm your e-mail address', [
      'Confirm that this is your address here within an hour:',
      url,
      'If you did not sign up, do nothing.',
    ]);
  }

  /** Sends a mail with a link. It never throws, because the answer must not say whether the address is known. */
  async send({ email, name }: MailRecipient, subject: string, paragraphs: readonly string[]): Promise<void> {
    const { mail, environment, publicUrl, service } = this.settings;
    if (mail.smtpUrl === undefined && environment === 'production') {
      this.logger.error(`A mail with a link was not sent, as SMTP_URL is not set: ${subject}`);
      return;
    }
    const greeting = `Hello ${lineText(name)},`;
    const signature = `${service.title}${publicUrl ? ` at ${publicUrl}` : ''}`;
    const text = `${[greeting, ...paragraphs, signature].join('\n\n')}\n`;
    try {
      await this.outbox.add(this.dataSource.manager, [{ to: email, subject, text }]);
      this.sender.wake();
    } catch (error) {
      this.logger.error(`A mail was not sent: ${subject}: ${lineText(String(error))}`);
    }
  }
}
