import type { KeyObject } from 'node:crypto';
import { retentionDigest } from '../retention/retention-statement.js';
import { digestOf, HASH_BYTES } from '../seal/seal.js';
import { isCheckpointSignedBy, type Checkpoint } from '../seal/checkpoint.js';
import { isSignedBy, keyIdOf } from '../seal/seal-key.js';
import type { StoredSeal, StoredStatement } from './stored.js';

/** Checks signatures against the trusted public keys. Each method returns the problem, or `undefined` where there is none. */
export class VerifyKeys {
  private readonly keys: Map<string, KeyObject>;

  constructor(keys: readonly KeyObject[]) {
    this.keys = new Map(keys.map((key) => [keyIdOf(key), key]));
  }

  wrongSeal(seal: StoredSeal): string | undefined {
    const digest = digestIfAny(() => digestOf(seal));
    if (seal.previous.length !== HASH_BYTES || !digest?.equals(seal.digest))
      return 'its content is not what was signed';
    return this.wrong(seal.keyId, (key) => isSignedBy(key, seal.digest, seal.signature));
  }

  wrongStatement(statement: StoredStatement): string | undefined {
    const digest = digestIfAny(() => retentionDigest(statement));
    if (!digest) return 'its content is not what was signed';
    return this.wrong(statement.keyId, (key) => isSignedBy(key, digest, statement.signature));
  }

  wrongCheckpoint(checkpoint: Checkpoint): string | undefined {
    return this.wrong(checkpoint.keyId, (key) => isCheckpointSignedBy(key, checkpoint));
  }

  private wrong(keyId: string, isSigned: (key: KeyObject) => boolean): string | undefined {
    const key = this.keys.get(keyId);
    if (!key) return `no public key ${keyId} was given`;
    return isSigned(key) ? undefined : 'its signature is wrong';
  }
}

/** Computes a digest, or none for values that no seal was ever made with, such as the time `infinity`. */
function digestIfAny(digest: () => Buffer): Buffer | undefined {
  try {
    return digest();
  } catch {
    return undefined;
  }
}
