import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { eventually } from './until.js';

export interface ReceivedMail {
  from: string | undefined;
  to: string;
  subject: string | undefined;
  text: string;
  headers: Record<string, string>;
  /** The raw source of the mail. */
  source: string;
}

/** Runs a real SMTP server that stores the mails it receives. */
export class Mailbox {
  readonly mails: ReceivedMail[] = [];
  /** The recipients so far, including those of refused mails. */
  readonly asked: string[] = [];
  /** Decides the answer to a recipient; undefined accepts the mail. */
  refuse: (recipient: string) => { code: number; message: string } | undefined = () => undefined;

  private constructor(private readonly server: SMTPServer) {}

  static async open(port = 0): Promise<Mailbox> {
    const server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _, done) => {
        mailbox.asked.push(address);
        const refusal = mailbox.refuse(address);
        done(refusal && Object.assign(new Error(refusal.message), { responseCode: refusal.code }));
      },
      onData: (stream, { envelope: { rcptTo } }, done) => {
        const recipients = rcptTo.map(({ address }) => address).join(', ');
        callbackify(() => mailbox.take(stream, recipients))((error) => done(error));
      },
    });
    const mailbox = new Mailbox(server);
    server.on('error', () => undefined);
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return mailbox;
  }

  get port(): number {
    return (this.server.server.address() as { port: number }).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  mailsTo(address: string): ReceivedMail[] {
    return this.mails.filter(({ to }) => to === address);
  }

  /** Waits for the first `count` mails to an address. @throws Error when they do not arrive */
  async waitFor(address: string, count = 1): Promise<ReceivedMail[]> {
    return eventually(
      async () => this.mailsTo(address),
      (mails) => mails.length >= count,
    );
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async take(stream: NodeJS.ReadableStream, to: string): Promise<void> {
    const source = await buffer(stream);
    const { from, subject, text, headers } = await PostalMime.parse(source);
    this.mails.push({
      from: from?.address,
      to,
      subject,
      text: text ?? '',
      headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
      source: source.toString('utf8'),
    });
  }
}
