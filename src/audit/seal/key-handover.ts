import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { HASH_BYTES } from './seal.js';
import { derOf, isSignedBy, type SealKey } from './seal-key.js';

const DOMAIN = 'bouncer audit key handover 1\n';
const ID_BYTES = 16;
const NUMBER_BYTES = 8;
const HEAD_BYTES = ID_BYTES + NUMBER_BYTES + HASH_BYTES;

/** The last seal of a node that a key has signed. Each seal has the digest of the one before, so it stands for all of them. */
export interface Head {
  nodeId: string;
  number: number;
  digest: Buffer;
}

/** What a key and its successor sign together: from now on the successor signs, and this is all that the key has signed. */
export interface HandoverContent {
  /** Public keys, as SPKI in DER. */
  fromKey: Buffer;
  toKey: Buffer;
  /** Whether the signature of `fromKey` proves nothing, because somebody else may have the key. */
  compromised: boolean;
  handedOverAt: Date;
  /** The {@link Head} of each node, by {@link encodeHeads}. */
  heads: Buffer;
  /** The digest of all else that it has signed: statements about archived rows, and handovers to it. */
  statements: Buffer;
}

export interface Handover extends HandoverContent {
  fromSignature: Buffer;
  toSignature: Buffer;
}

/** The digest that both signatures cover. What has no fixed length comes last, after the length of the heads. */
export function handoverDigest(content: HandoverContent): Buffer {
  const fixed = Buffer.alloc(1 + 8 + 8);
  let at = fixed.writeUInt8(content.compromised ? 1 : 0);
  at = fixed.writeBigInt64BE(BigInt(content.handedOverAt.getTime()), at);
  fixed.writeBigInt64BE(BigInt(content.heads.length), at);
  return createHash('sha256')
    .update(DOMAIN)
    .update(content.fromKey)
    .update(content.toKey)
    .update(fixed)
    .update(content.heads)
    .update(content.statements)
    .digest();
}

export function signHandover(content: HandoverContent, from: SealKey, to: SealKey): Handover {
  const digest = handoverDigest(content);
  return { ...content, fromSignature: from.sign(digest), toSignature: to.sign(digest) };
}

/** The keys of a handover that both have signed; `undefined` for anything else. */
export function keysOfHandover(handover: Handover): { from: KeyObject; to: KeyObject } | undefined {
  try {
    const [from, to] = [handover.fromKey, handover.toKey].map(publicKeyOf) as [KeyObject, KeyObject];
    const digest = handoverDigest(handover);
    const isSigned =
      isSignedBy(from, digest, handover.fromSignature) && isSignedBy(to, digest, handover.toSignature);
    return isSigned ? { from, to } : undefined;
  } catch {
    return undefined;
  }
}

/** @throws Error for other bytes than those that an Ed25519 key is exported as, so that a key has one form */
function publicKeyOf(der: Buffer): KeyObject {
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (key.asymmetricKeyType !== 'ed25519' || !derOf(key).equals(der)) throw new Error('no Ed25519 key');
  return key;
}

export function encodeHeads(heads: readonly Head[]): Buffer {
  return Buffer.concat(
    heads.map(({ nodeId, number, digest }) => {
      const fixed = Buffer.alloc(ID_BYTES + NUMBER_BYTES);
      fixed.write(nodeId.replaceAll('-', ''), 'hex');
      fixed.writeBigInt64BE(BigInt(number), ID_BYTES);
      return Buffer.concat([fixed, digest]);
    }),
  );
}

export function decodeHeads(bytes: Buffer): Head[] {
  return Array.from({ length: Math.floor(bytes.length / HEAD_BYTES) }, (_, index) => {
    const head = bytes.subarray(index * HEAD_BYTES, (index + 1) * HEAD_BYTES);
    const hex = head.toString('hex', 0, ID_BYTES);
    return {
      nodeId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
      number: Number(head.readBigInt64BE(ID_BYTES)),
      digest: head.subarray(ID_BYTES + NUMBER_BYTES),
    };
  });
}
