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

/** The same for two requests that ask for the same thing; the query is no part of it. */
export const fingerprintOf = ({ method, url, body }: RepeatableRequest): Buffer =>
  sha256(JSON.stringify([method, url.split('?', 1)[0], body]));

export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
