import { createTransport } from 'nodemailer';
import type { Mail } from './mail.js';

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
/** Several mails in a row share a connection. */
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

  /** @param id the same for each attempt, so that a mailbox which got the mail twice shows it once */
  async send({ id, to, subject, text }: Mail & { id: string }): Promise<void> {
    const host = this.from.slice(this.from.lastIndexOf('@') + 1).replace(/>$/, '');
    await this.smtp.sendMail({
      from: this.from,
      // Not a text: that would be read as a list.
      to: { name: '', address: to },
      subject,
      text,
      messageId: `<${id}@${host}>`,
      // RFC 3834: nobody's out-of-office should answer.
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  }

  /** Cuts off what is under way. */
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

/** Whether the server said that it will never take the mail, or nodemailer that it cannot be sent at all. */
export function isPermanent(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500;
}
