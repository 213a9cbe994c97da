import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;
/** The most rows of one seal. */
export const SEAL_ROWS = 1_000;
/** As a hash: the number was never recorded. As the previous digest: this is the first seal. */
export const NOTHING = Buffer.alloc(HASH_BYTES);

const DOMAIN = 'bouncer audit seal 1\n';

/** What a seal attests: the rows of one node with the numbers `fromSeq` to `toSeq`, all of one month. */
export interface SealContent {
  nodeId: string;
  /** 1, 2, 3, ... within the node. */
  number: number;
  fromSeq: number;
  /** `fromSeq - 1` for a closing seal without rows. */
  toSeq: number;
  /** `occurredAt` of the first and of the last row; `null` where none was recorded. */
  firstAt: Date | null;
  lastAt: Date | null;
  /** The content hash of each row, in order. */
  hashes: Buffer;
  /** Whether it is the last seal of its node. */
  closed: boolean;
  /** The digest of the node's previous seal. */
  previous: Buffer;
}

export interface Seal extends SealContent {
  digest: Buffer;
  /** The Ed25519 signature of the digest. */
  signature: Buffer;
  keyId: string;
  sealedAt: Date;
}

/** The SHA-256 of a seal's content. Every part but the last has a fixed length, so no two contents have the same encoding. */
export function digestOf(content: SealContent): Buffer {
  const fixed = Buffer.alloc(16 + 8 * 3 + 9 * 2 + 1);
  let at = Buffer.from(content.nodeId.replaceAll('-', ''), 'hex').copy(fixed);
  for (const number of [content.number, content.fromSeq, content.toSeq])
    at = fixed.writeBigInt64BE(BigInt(number), at);
  for (const time of [content.firstAt, content.lastAt]) {
    at = fixed.writeUInt8(time ? 1 : 0, at);
    at = fixed.writeBigInt64BE(BigInt(time?.getTime() ?? 0), at);
  }
  fixed.writeUInt8(content.closed ? 1 : 0, at);
  return createHash('sha256')
    .update(DOMAIN)
    .update(fixed)
    .update(content.previous)
    .update(content.hashes)
    .digest();
}
