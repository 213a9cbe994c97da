import { Readable } from 'node:stream';

/** What may wait for a client that does not read. */
const MAX_BUFFER_BYTES = 1024 * 1024;
/** How long a client may take to read what was left for it. */
const LINGER_MS = 5_000;

/** One event of a stream (Server-Sent Events); JSON has no line break. */
export const eventText = (event: string, data: unknown, id?: string): string =>
  `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The answer of one stream: a bounded buffer between the trail and a client. */
export class EventStream extends Readable {
  private finished = false;

  constructor() {
    super();
    // The first bytes carry the headers along: the client knows at once that it is listening.
    this.push('retry: 2000\n\n');
  }

  /** Who reads too slowly is told so, and has to begin again. */
  send(text: string): void {
    if (this.finished) return;
    if (this.readableLength + text.length <= MAX_BUFFER_BYTES) this.push(text);
    else this.finish(eventText('overflow', { bufferBytes: MAX_BUFFER_BYTES }));
  }

  /** For proxies and clients that take silence for death. */
  beat(): void {
    if (!this.finished && this.readableLength === 0) this.push(': alive\n\n');
  }

  finish(lastWords?: string): void {
    if (this.finished) return;
    this.finished = true;
    if (lastWords) this.push(lastWords);
    this.push(null);
    setTimeout(() => this.destroy(), LINGER_MS).unref();
  }

  override _read(): void {
    // Events come when they happen, not when they are asked for.
  }
}
