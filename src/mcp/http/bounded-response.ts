import { Readable } from 'node:stream';
import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web';

/**
 * The body of an answer that is sent as it comes. Who makes it does not wait for who reads it: so it is taken at once, and what
 * waits here is bounded. Whoever reads too slowly is cut off, and has to begin again.
 */
export class BoundedResponse extends Readable {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(
    body: ReadableStream<Uint8Array>,
    private readonly maxBytes: number,
  ) {
    super();
    this.reader = body.getReader();
    this.once('close', () => void this.reader.cancel().catch(() => undefined));
    void this.takeAll();
  }

  override _read(): void {
    // It comes when it is made, not when it is asked for.
  }

  private async takeAll(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await this.reader.read();
        if (this.destroyed) return;
        if (done) return void this.push(null);
        if (this.readableLength > 0 && this.readableLength + value.length > this.maxBytes)
          return void this.destroy(new Error(`More than ${this.maxBytes} bytes of an answer were not read`));
        this.push(value);
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }
}
