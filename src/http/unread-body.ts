import type { IncomingMessage } from 'node:http';
import { Attachment } from '../common/attachment.js';
import { ServiceError } from '../errors/service-error.js';

/** The bytes of a refused request's body that are read and discarded, so that the client reads the answer. */
const MAX_DROPPED_BYTES = { ofCaller: 4 * 1024 * 1024, ofAnybody: 256 * 1024 };

const unread = new Attachment<UnreadBody>();

/** Represents the unread body of a request, which is still in the connection and not in memory. */
export class UnreadBody {
  private constructor(private readonly payload: IncomingMessage) {}

  static keep(request: object, payload: IncomingMessage): void {
    unread.set(request, new UnreadBody(payload));
  }

  /** @returns nothing when the request has no body of an accepted type */
  static of(request: object): UnreadBody | undefined {
    return unread.get(request);
  }

  /**
   * Reads the body as a text.
   * @throws ServiceError `payload_too_large` as soon as the limit is exceeded; `bad_request` when the client
   * disconnects
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
        // `dropBody` discards the rest when the request is answered.
        payload.off('data', onData);
        chunks.length = 0;
        reject(tooLarge(maxBytes));
      };
      payload
        .on('data', onData)
        .on('end', () => resolve(textOf(chunks)))
        .on('error', (cause: Error) => reject(abortedBody(cause)));
    });
  }
}

/**
 * Discards the body of a request that is answered without it, up to a bound. A client that sends more is
 * disconnected.
 * @param isKnown whether the sender is an authenticated caller; anybody else gets a smaller bound, because discarding
 * is work
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

/** Decodes the chunks together, because a character may be split between two of them. */
const textOf = (chunks: Buffer[]): string =>
  (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8');

const tooLarge = (maxBytes: number) =>
  new ServiceError('payload_too_large', `The body is larger than ${maxBytes} bytes`);

const abortedBody = (cause: Error) => new ServiceError('bad_request', 'The body was broken off', { cause });
