import type { KeyObject } from 'node:crypto';
import { retentionDigest } from '../retention/retention-statement.js';
import type { Head } from '../seal/key-handover.js';
import { digestOf, HASH_BYTES, type Seal } from '../seal/seal.js';
import { isCheckpointSignedBy, type Checkpoint } from '../seal/checkpoint.js';
import { isSignedBy } from '../seal/seal-key.js';
import type { KeyChain } from './key-chain.js';
import type { StoredSeal, StoredStatement } from './stored.js';

/** Checks signatures against the keys of a chain. Each method returns the problem, or `undefined` where there is none. */
export class VerifyKeys {
  constructor(private readonly chain: KeyChain) {}

  wrongSeal(seal: StoredSeal): string | undefined {
    const digest = digestIfAny(() => digestOf(seal));
    if (seal.previous.length !== HASH_BYTES || !digest?.equals(seal.digest))
      return 'its content is not what was signed';
    return (
      this.wrong(seal.keyId, (key) => isSignedBy(key, seal.digest, seal.signature)) ?? this.lateSeal(seal)
    );
  }

  wrongStatement(statement: StoredStatement): string | undefined {
    const digest = digestIfAny(() => retentionDigest(statement));
    if (!digest) return 'its content is not what was signed';
    const { keyId } = statement;
    const wrong = this.wrong(keyId, (key) => isSignedBy(key, digest, statement.signature));
    if (wrong !== undefined) return wrong;
    return this.chain.retired.get(keyId)?.statements.has(digest.toString('hex')) === false
      ? late(keyId)
      : undefined;
  }

  wrongCheckpoint(checkpoint: Checkpoint): string | undefined {
    return (
      this.wrong(checkpoint.keyId, (key) => isCheckpointSignedBy(key, checkpoint)) ??
      this.lateSeal(checkpoint)
    );
  }

  /** The last seals that keys had made of a node when they handed over. */
  headsOf(nodeId: string): Head[] {
    return [...this.chain.retired.values()].flatMap(({ heads }) => heads.get(nodeId) ?? []);
  }

  /** The nodes that {@link headsOf} has heads of. */
  get nodesWithHeads(): Set<string> {
    return new Set([...this.chain.retired.values()].flatMap(({ heads }) => [...heads.keys()]));
  }

  private wrong(keyId: string, isSigned: (key: KeyObject) => boolean): string | undefined {
    const key = this.chain.keys.get(keyId);
    if (!key) return `no public key ${keyId} was given`;
    return isSigned(key) ? undefined : 'its signature is wrong';
  }

  private lateSeal({ keyId, nodeId, number }: Pick<Seal, 'keyId' | 'nodeId' | 'number'>): string | undefined {
    const retired = this.chain.retired.get(keyId);
    if (!retired || number <= (retired.heads.get(nodeId)?.number ?? 0)) return undefined;
    return late(keyId);
  }
}

const late = (keyId: string) => `it is not among what the key ${keyId} had signed when it handed over`;

/** Computes a digest, or none for values that no seal was ever made with, such as the time `infinity`. */
function digestIfAny(digest: () => Buffer): Buffer | undefined {
  try {
    return digest();
  } catch {
    return undefined;
  }
}
