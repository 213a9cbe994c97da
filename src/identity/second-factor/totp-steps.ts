import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_MS = 30_000;
/** A clock may be off by one step, in either direction. */
const DRIFT = 1;

/**
 * Returns the steps of time that a code belongs to, among those whose codes are taken now. RFC 6238 asks that a step be taken
 * once, which the library does not see to.
 *
 * @example `const [step] = stepsOf(secret, '287082', Date.now());`
 */
export function stepsOf(secret: string, code: string, now: number): number[] {
  const present = Math.floor(now / STEP_MS);
  const steps = Array.from({ length: 2 * DRIFT + 1 }, (_, i) => present - DRIFT + i);
  return steps.filter((step) => isSame(codeOf(secret, step), code));
}

/** RFC 4226, section 5.3. */
export function codeOf(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest[digest.length - 1]! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
