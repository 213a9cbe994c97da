// An SMTP server that keeps what it receives.
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { eventually } from '../../faults/service.mjs';

export class MailSink {
  /** @type {{ to: string, text: string }[]} */
  mails = [];

  static async open() {
    const sink = new MailSink();
    sink.server = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, { envelope: { rcptTo } }, done) => {
        const to = rcptTo.map(({ address }) => address).join();
        callbackify(() => sink.take(stream, to))((error) => done(error));
      },
    });
    sink.server.on('error', () => undefined);
    await once(sink.server.listen(0, '127.0.0.1'), 'listening');
    return sink;
  }

  async take(stream, to) {
    const { text } = await PostalMime.parse(await buffer(stream));
    this.mails.push({ to, text: text ?? '' });
  }

  get url() {
    return `smtp://127.0.0.1:${this.server.server.address().port}`;
  }

  to(address) {
    return this.mails.filter(({ to }) => to === address);
  }

  /** The text of the nth mail to an address. */
  async text(address, nth = 1) {
    const mails = await eventually(
      async () => this.to(address),
      (found) => found.length >= nth,
    );
    return mails[nth - 1].text;
  }

  close() {
    return new Promise((closed) => this.server.close(closed));
  }
}

/** The links of a mail. */
export const linksIn = (text) => text.match(/https?:\/\/\S+/g) ?? [];

/** The secret that a link carries. */
export const secretIn = (text) => /(?:token|secret)=([^&\s]+)/.exec(text)?.[1] ?? '';
