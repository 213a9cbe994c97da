import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/** Each hash takes a core for a tenth of a second. One core stays free for everything else. */
const AT_ONCE = Math.max(1, availableParallelism() - 1);
/** Whoever is behind so many others would wait for longer than a browser does. */
const MOST_WAITING = 200;

const hashes = pLimit(AT_ONCE);

/** Hashes a password as better-auth does, which is loaded only then. Only some passwords are hashed and compared at a time. */
export async function hashPassword(password: string): Promise<string> {
  const crypto = await import('better-auth/crypto');
  return hashes(() => crypto.hashPassword(password));
}

/** Compares a password with a hash. See {@link hashPassword}. */
export async function verifyPassword(given: { hash: string; password: string }): Promise<boolean> {
  const crypto = await import('better-auth/crypto');
  return hashes(() => crypto.verifyPassword(given));
}

/** Returns whether so many passwords wait that another one should not. */
export const tooManyWait = (): boolean => hashes.pendingCount >= MOST_WAITING;
