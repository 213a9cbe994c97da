import { createHash, randomBytes } from 'node:crypto';

const FORM = /^[\w-]{43}$/;

/** Makes the secret of a link, of 256 random bits. */
export const makeSecret = (): string => randomBytes(32).toString('base64url');

/** Returns what is kept of a secret: its SHA-256. Nothing has that of a text that cannot be a secret. */
export const digestOf = (secret: string): Buffer =>
  FORM.test(secret) ? createHash('sha256').update(secret).digest() : Buffer.alloc(0);
