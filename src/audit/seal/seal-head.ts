import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Seal } from './seal.js';
import { isSignedBy } from './seal-key.js';

const digits = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const schema = z.object({
  nodeId: z.uuid(),
  number: z.int().min(1),
  toSeq: z.int().min(0),
  closed: z.boolean(),
  digest: digits(32),
  keyId: z.string(),
  signature: digits(64),
  sealedAt: z.string(),
});

/** The end of a node's chain, to be kept where whoever changes the table cannot reach. */
export type SealHead = z.output<typeof schema>;

export const headOf = (seal: Seal): SealHead => ({
  nodeId: seal.nodeId,
  number: seal.number,
  toSeq: seal.toSeq,
  closed: seal.closed,
  digest: seal.digest.toString('hex'),
  keyId: seal.keyId,
  signature: seal.signature.toString('hex'),
  sealedAt: seal.sealedAt.toISOString(),
});

/** The furthest head of each node: from a JSON array, or from one head a line, as the webhook was sent them. @throws */
export function readHeads(text: string): Map<string, SealHead> {
  const values = text.trimStart().startsWith('[')
    ? z.array(schema).parse(JSON.parse(text))
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => schema.parse(JSON.parse(line)));
  return furthest(values);
}

export function furthest(heads: Iterable<SealHead>): Map<string, SealHead> {
  const byNode = new Map<string, SealHead>();
  for (const head of heads)
    if ((byNode.get(head.nodeId)?.number ?? 0) < head.number) byNode.set(head.nodeId, head);
  return byNode;
}

export const isHeadSignedBy = (key: KeyObject, { digest, signature }: SealHead): boolean =>
  isSignedBy(key, Buffer.from(digest, 'hex'), Buffer.from(signature, 'hex'));
