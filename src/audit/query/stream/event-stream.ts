import { Readable } from 'node:stream';

/** The most bytes that wait for a slow client. */
const MAX_BUFFER_BYTES = 1024 * 1024;
/** How long a client may take to read the rest of an ended stream. */
const LINGER_MS = 5_000;

/** Formats one Server-Sent Event. JSON has no line breaks, so that one data line holds it. */
export const eventText = (event: string, data: unknown, id?: string): string =>
  `${id ? `id: ${id}\n` : ''}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The response body of one stream: a bounded buffer between the trail and a client. */
export class EventStream extends Readable {
  private finished = false;

  constructor() {
    super();
    // The first bytes send the headers, so that the client knows at once that the stream is open.
    this.push('retry: 2000\n\n');
  }

  /** Sends an event. A client that reads too slowly gets `overflow` and must connect again. */
  send(text: string): void {
    if (this.finished) return;
    if (this.readableLength + text.length <= MAX_BUFFER_BYTES) this.push(text);
    else this.finish(eventText('overflow', { bufferBytes: MAX_BUFFER_BYTES }));
  }

  /** Sends a comment, because proxies and clients close a silent connection. */
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
    // Events are pushed when they occur, not when they are read.
  }
}
