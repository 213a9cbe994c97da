import type { QueryRunner } from 'typeorm';
import { sleep } from '../common/timeouts.js';

const ATTEMPTS = 60;
const PAUSE_MS = 500;
/** Less than PostgreSQL waits before it looks for a deadlock (one second), so that this gives up and not a writer. */
const LOCK_TIMEOUT = '800ms';
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Runs statements that lock a table for a moment, as one transaction. All that uses the table waits behind a lock that is waited for, so each
 * attempt is given up soon, and others go on in between. The migration must be without a transaction of its own.
 */
export async function withBriefLock(db: QueryRunner, statements: readonly string[]): Promise<void> {
  // Several statements in one text are one transaction.
  const text = [`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`, ...statements].join(';\n');
  for (let attempt = 1; ; attempt++) {
    try {
      await db.query(text);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || attempt === ATTEMPTS) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
