import { createTransport } from 'nodemailer';
import type { Mail } from './mail.js';

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Consecutive mails share a connection. */
const IDLE_MS = 10_000;
export const CONNECTIONS = 2;

/** The SMTP server that a URL names: `smtp://` (STARTTLS where offered), `smtps://`, with or without user and password. */
export class MailTransport {
  private readonly smtp: ReturnType<typeof smtpOf>;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    this.smtp = smtpOf(url);
  }

  /** @param id the same for each attempt, so that a mailbox that receives the mail twice shows it once */
  async send({ id, to, subject, text }: Mail & { id: string }): Promise<void> {
    const host = this.from.slice(this.from.lastIndexOf('@') + 1).replace(/>$/, '');
    await this.smtp.sendMail({
      from: this.from,
      // An object, because a text would be parsed as a list.
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${host}>`,
      // RFC 3834: this suppresses automatic replies.
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  }

  /** Aborts the attempts in progress. */
  close(): void {
    this.smtp.close({ force: true });
  }
}

const smtpOf = (url: string) =>
  createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    maxRequeues: 1,
    idleTimeout: IDLE_MS,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

/** Whether a retry cannot help, because the server rejects the mail for good or it cannot be sent at all. */
export function isPermanent(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500;
}
