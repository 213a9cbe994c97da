import { Readable } from 'node:stream';
import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web';

/**
 * Streams the body of an answer with a bounded buffer. The producer does not wait for the client, so the body is read
 * at once. A client that reads too slowly is disconnected, and has to send its request again.
 */
export class BoundedResponse extends Readable {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private isFinished = false;

  constructor(
    body: ReadableStream<Uint8Array>,
    private readonly maxBytes: number,
  ) {
    super();
    this.reader = body.getReader();
    this.once('close', () => void this.reader.cancel().catch(() => undefined));
    void this.readAll();
  }

  /** Ends the answer as a whole one: the client gets what is buffered and the end of the stream. */
  finish(): void {
    if (this.isFinished) return;
    this.isFinished = true;
    this.push(null);
    void this.reader.cancel().catch(() => undefined);
  }

  override _read(): void {
    // Chunks are pushed as they are produced, not when they are requested.
  }

  private async readAll(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.reader.read();
        if (this.destroyed || this.isFinished) return;
        if (done) return this.finish();
        if (this.readableLength > 0 && this.readableLength + value.length > this.maxBytes)
          return void this.destroy(
            new Error(`The client left more than ${this.maxBytes} bytes of an answer unread`),
          );
        this.push(value);
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}
