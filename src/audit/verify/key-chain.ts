import type { KeyObject } from 'node:crypto';
import {
  decodeHeads,
  type Handover,
  handoverDigest,
  type Head,
  keysOfHandover,
} from '../seal/key-handover.js';
import { keyIdOf } from '../seal/seal-key.js';
import { HASH_BYTES } from '../seal/seal.js';

export interface HandoverProblem {
  handover: Handover;
  what: string;
}

/** A key that is believed. */
export interface FollowedKey {
  id: string;
  /** Whether it was given; otherwise handovers lead to it. */
  given: boolean;
  handedOver: { to: string; at: string; compromised: boolean } | null;
}

/** All that a key has signed until it handed over. */
interface Retirement {
  to: string;
  handover: Handover;
  heads: ReadonlyMap<string, Head>;
  /** The digests of other statements, in hex. */
  statements: ReadonlySet<string>;
}

interface Link extends Omit<Retirement, 'to'> {
  from: KeyObject;
  to: KeyObject;
  fromId: string;
  toId: string;
  digest: string;
}

/**
 * The keys that are believed: those that were given, and those that handovers lead to from them. A handover leads to the later
 * key, because the earlier one has signed it, and as well back to the earlier one. An earlier key is believed for nothing but
 * what the handover names.
 */
export class KeyChain {
  readonly keys: Map<string, KeyObject>;
  readonly retired = new Map<string, Retirement>();
  readonly problems: HandoverProblem[] = [];
  private readonly given: ReadonlySet<string>;
  private readonly linksFrom = new Map<string, Link[]>();

  private constructor(given: readonly KeyObject[]) {
    this.keys = new Map(given.map((key) => [keyIdOf(key), key]));
    this.given = new Set(this.keys.keys());
  }

  static follow(given: readonly KeyObject[], handovers: readonly Handover[]): KeyChain {
    const chain = new KeyChain(given);
    const links = handovers.flatMap((handover) => chain.linkOf(handover) ?? []);
    for (const link of links)
      chain.linksFrom.set(link.fromId, [...(chain.linksFrom.get(link.fromId) ?? []), link]);
    let known: number;
    do {
      known = chain.keys.size;
      for (const link of links) chain.believeEnds(link);
    } while (chain.keys.size > known);
    for (const link of links) chain.judge(link);
    return chain;
  }

  get followed(): FollowedKey[] {
    return [...this.keys.keys()].map((id) => {
      const retired = this.retired.get(id);
      const handedOver = retired && {
        to: retired.to,
        at: retired.handover.handedOverAt.toISOString(),
        compromised: retired.handover.compromised,
      };
      return { id, given: this.given.has(id), handedOver: handedOver ?? null };
    });
  }

  private linkOf(handover: Handover): Link | undefined {
    const keys = keysOfHandover(handover);
    if (!keys) {
      this.problems.push({ handover, what: 'the two keys did not sign it' });
      return undefined;
    }
    return {
      ...keys,
      fromId: keyIdOf(keys.from),
      toId: keyIdOf(keys.to),
      handover,
      digest: handoverDigest(handover).toString('hex'),
      heads: new Map(decodeHeads(handover.heads).map((head) => [head.nodeId, head])),
      statements: new Set(digestsIn(handover.statements)),
    };
  }

  private believeEnds(link: Link): void {
    const { from, to, fromId, toId, handover } = link;
    if (this.keys.has(toId) && this.isInTime(link)) this.keys.set(fromId, this.keys.get(fromId) ?? from);
    if (this.keys.has(fromId) && !handover.compromised && !this.isForked(link) && this.isInTime(link))
      this.keys.set(toId, this.keys.get(toId) ?? to);
  }

  /** Whether the later key had not handed over itself when it signed this. */
  private isInTime({ toId, digest }: Link): boolean {
    return (this.linksFrom.get(toId) ?? []).every(({ statements }) => statements.has(digest));
  }

  private isForked({ fromId }: Link): boolean {
    return this.linksFrom.get(fromId)!.length > 1;
  }

  private judge(link: Link): void {
    const { fromId, toId, handover } = link;
    const what = this.problemOf(link);
    if (what !== undefined) this.problems.push({ handover, what });
    if (this.isInTime(link) && this.keys.has(fromId) && this.keys.has(toId) && !this.retired.has(fromId))
      this.retired.set(fromId, { ...link, to: toId });
  }

  private problemOf(link: Link): string | undefined {
    const { fromId, toId, handover } = link;
    if (this.isForked(link)) return 'there is another one of the same key';
    if (!this.isInTime(link)) return `the key ${toId} had handed over before`;
    if (this.keys.has(toId)) return undefined;
    if (!this.keys.has(fromId)) return `no public key ${fromId} or ${toId} was given`;
    return handover.compromised
      ? `the first was compromised, so that the public key of the second must be given`
      : undefined;
  }
}

const digestsIn = (bytes: Buffer): string[] =>
  Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, index) =>
    bytes.toString('hex', index * HASH_BYTES, (index + 1) * HASH_BYTES),
  );
