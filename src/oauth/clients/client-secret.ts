import { createHash, randomBytes } from 'node:crypto';

/** What secrets of clients begin with, so that scanners of secrets find them. */
export const CLIENT_SECRET_PREFIX = 'bouncer_cs_';

/** Makes the secret of a client, of 256 bits, and the SHA-256 that is stored, which the library compares. */
export function makeClientSecret(): { secret: string; stored: string } {
  const secret = randomBytes(32).toString('base64url');
  return {
    secret: CLIENT_SECRET_PREFIX + secret,
    stored: createHash('sha256').update(secret).digest('base64url'),
  };
}
