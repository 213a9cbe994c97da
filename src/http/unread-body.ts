import type { IncomingMessage } from 'node:http';
import { Attachment } from '../common/attachment.js';
import { ServiceError } from '../errors/service-error.js';

/** How much of a refused request's body is taken from the wire and thrown away, so that its sender reads the answer. */
const MAX_DROPPED_BYTES = { ofCaller: 4 * 1024 * 1024, ofAnybody: 256 * 1024 };

const unread = new Attachment<UnreadBody>();

/** The body of a request, as long as it is still the connection's: nothing of it is in memory. */
export class UnreadBody {
  private constructor(private readonly payload: IncomingMessage) {}

  static keep(request: object, payload: IncomingMessage): void {
    unread.set(request, new UnreadBody(payload));
  }

  /** @returns nothing where the request has no body of a type that is taken */
  static of(request: object): UnreadBody | undefined {
    return unread.get(request);
  }

  /**
   * Reads the body as a text.
   * @throws ServiceError payload_too_large, as soon as that is known; bad_request where the sender broke off
   */
  text(maxBytes: number): Promise<string> {
    const { payload } = this;
    return new Promise((resolve, reject) => {
      if (Number(payload.headers['content-length']) > maxBytes) return reject(tooLarge(maxBytes));
      const chunks: Buffer[] = [];
      let bytes = 0;
      const onData = (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxBytes) {
          chunks.push(chunk);
          return;
        }
        // The rest is dropped by whoever answers the request.
        payload.off('data', onData);
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      };
      payload
        .on('data', onData)
        .on('end', () => resolve(textOf(chunks)))
        .on('error', (cause: Error) => reject(brokenOff(cause)));
    });
  }
}

/**
 * Throws away what comes of the body of a request that is answered without it, up to a bound: whoever goes on sending is cut off.
 * @param isKnown whether a caller sends it, whose mistake it is: from anybody else, even throwing away much is work
 */
export function dropBody(request: IncomingMessage, isKnown: boolean): void {
  if (request.readableEnded || !hasBody(request)) return;
  let left = isKnown ? MAX_DROPPED_BYTES.ofCaller : MAX_DROPPED_BYTES.ofAnybody;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.socket.destroy();
  });
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Decoded as a whole, so that a character may lie in two chunks. */
const textOf = (chunks: Buffer[]): string =>
  (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');

const tooLarge = (maxBytes: number) =>
  new ServiceError('payload_too_large', `The body is larger than ${maxBytes} bytes`);

const brokenOff = (cause: Error) => new ServiceError('bad_request', 'The body was broken off', { cause });
