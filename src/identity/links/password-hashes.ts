import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';

/** Each hash takes a core for a tenth of a second. One core stays free for everything else. */
const AT_ONCE = Math.max(1, availableParallelism() - 1);
/** Whoever is behind so many others would wait for longer than a browser does. */
const MOST_WAITING = 200;

const hashes = pLimit(AT_ONCE);

/** Hashes and compares passwords as better-auth does, which is loaded only then, and only some of them at a time. */
export const passwordHashes = {
  /** Returns whether too many wait already. */
  areBusy: (): boolean => hashes.pendingCount >= MOST_WAITING,

  async hash(password: string): Promise<string> {
    const { hashPassword } = await import('better-auth/crypto');
    return hashes(() => hashPassword(password));
  },

  async verify(given: { hash: string; password: string }): Promise<boolean> {
    const { verifyPassword } = await import('better-auth/crypto');
    return hashes(() => verifyPassword(given));
  },
};
