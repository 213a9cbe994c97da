import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES = 16;
/** Ids increase while the clock is set back by less than this, and follow it where it is set back by more. */
const MAX_BACK_MS = 30_000;
/** Holds random bytes for many ids, because drawing them for each id would cost more than everything else. */
const pool = new Uint8Array(BYTES * 256);
let used = pool.length;
let msecs = 0;
let seq = 0;

const bytes = new Uint8Array(BYTES);
const text = Buffer.from('00000000-0000-0000-0000-000000000000');
const DIGITS = Buffer.from('0123456789abcdef');
/** The position of each byte's digits in the text. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/**
 * Makes a UUID of version 7 (RFC 9562). The ids of a process increase, also within one millisecond, unless
 * its clock is set back by more than 30 seconds: ranges of time are looked up by ids, so that an id is never further than that from its time.
 *
 * @example `const invoice = { id: newId(), ownerId: caller.userId };`
 */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, (used += BYTES));
  const now = Date.now();
  if (now > msecs || now < msecs - MAX_BACK_MS) {
    msecs = now;
    seq = ((random[6]! & 0x7f) << 24) | (random[7]! << 16) | (random[8]! << 8) | random[9]!;
  } else {
    seq++;
  }
  return textOf(v7({ random, msecs, seq }, bytes));
}

/** Formats an id in a shared buffer, because joining 36 characters would cost more than everything else. */
function textOf(id: Uint8Array): string {
  for (let index = 0; index < BYTES; index++) {
    const place = PLACES[index]!;
    text[place] = DIGITS[id[index]! >> 4]!;
    text[place + 1] = DIGITS[id[index]! & 15]!;
  }
  return text.toString('latin1');
}
