import { createHash } from 'node:crypto';

export const HASH_BYTES = 32;
/** Rows of one seal, at most. */
export const SEAL_ROWS = 1_000;
/** In a list of hashes: this number was never recorded. As a digest: there is no seal before. */
export const NOTHING = Buffer.alloc(HASH_BYTES);

const DOMAIN = 'bouncer audit seal 1\n';

/** What a seal attests: the rows of one node with the numbers `fromSeq` to `toSeq`, all of one month. */
export interface SealContent {
  nodeId: string;
  /** 1, 2, 3, ... within the node. */
  number: number;
  fromSeq: number;
  /** `fromSeq - 1` where a node ends and nothing was left to seal. */
  toSeq: number;
  /** `occurredAt` of the first and the last of the rows; `null` where none was recorded. */
  firstAt: Date | null;
  lastAt: Date | null;
  /** The content hash of each row, in order. */
  hashes: Buffer;
  /** The last of its node. */
  closed: boolean;
  /** Digest of the node's seal before. */
  previous: Buffer;
}

export interface Seal extends SealContent {
  digest: Buffer;
  /** Ed25519, over the digest. */
  signature: Buffer;
  keyId: string;
  sealedAt: Date;
}

/** SHA-256 of all that a seal attests. Every part but the last has a fixed length: no two contents read the same. */
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
