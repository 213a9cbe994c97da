import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer } from 'smtp-server';

/** Takes the mails that the service sends. */
export class Mailbox {
  mails = [];
  #smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => callbackify((mail) => this.#take(mail))(stream, done),
  });

  static async open() {
    const mailbox = new Mailbox();
    await once(mailbox.#smtp.listen(0, '127.0.0.1'), 'listening');
    return mailbox;
  }

  get url() {
    return `smtp://127.0.0.1:${this.#smtp.server.address().port}`;
  }

  close() {
    return new Promise((closed) => this.#smtp.close(closed));
  }

  async #take(stream) {
    this.mails.push(await text(stream));
  }
}
