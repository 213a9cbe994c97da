import { createHash } from 'node:crypto';

const DOMAIN = 'bouncer audit retention 1\n';

export interface Retention {
  partition: string;
  /** The rows of the partition were from this time on, and before `before`. */
  since: Date;
  before: Date;
  rows: number;
  detachedAt: Date;
}

/** The digest that a statement's signature covers. The name comes last, because everything else has a fixed length. */
export function retentionDigest({ partition, since, before, rows, detachedAt }: Retention): Buffer {
  const fixed = Buffer.alloc(8 * 4);
  let at = 0;
  for (const number of [since.getTime(), before.getTime(), rows, detachedAt.getTime()])
    at = fixed.writeBigInt64BE(BigInt(number), at);
  return createHash('sha256').update(DOMAIN).update(fixed).update(partition).digest();
}
