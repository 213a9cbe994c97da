import { createHash } from 'node:crypto';
import { validationFailed } from '../errors/service-error.js';

export interface RepeatableRequest {
  method: string;
  url: string;
  body?: unknown;
}

const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

/**
 * The Idempotency-Key of a request. A header that is sent twice arrives joined by ", ", which no key contains.
 * @throws validationFailed
 */
export function idempotencyKeyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && VISIBLE_ASCII.test(header)) return header;
  throw validationFailed(['Idempotency-Key: must be one value of 1 to 255 visible ASCII characters']);
}

/** Equal for two requests with the same method, path and body. The query does not count. */
export const fingerprintOf = ({ method, url, body }: RepeatableRequest): Buffer =>
  sha256(JSON.stringify([method, url.split('?', 1)[0], body]));

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
