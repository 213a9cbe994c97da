import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import type { Seal } from './seal.js';
import { isSignedBy } from './seal-key.js';

const hexDigits = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const schema = z.object({
  nodeId: z.uuid(),
  number: z.int().min(1),
  toSeq: z.int().min(0),
  closed: z.boolean(),
  digest: hexDigits(32),
  keyId: z.string(),
  signature: hexDigits(64),
  sealedAt: z.string(),
});

/**
 * The latest seal of a node without its hashes. It is kept where whoever changes the table cannot write, so that removing the
 * last seals together with their rows is noticed.
 */
export type Checkpoint = z.output<typeof schema>;

export const checkpointOf = (seal: Seal): Checkpoint => ({
  nodeId: seal.nodeId,
  number: seal.number,
  toSeq: seal.toSeq,
  closed: seal.closed,
  digest: seal.digest.toString('hex'),
  keyId: seal.keyId,
  signature: seal.signature.toString('hex'),
  sealedAt: seal.sealedAt.toISOString(),
});

/**
 * Reads a JSON array of checkpoints, or newline-delimited ones as the webhook receives them.
 * @returns the latest one of each node @throws for any other text
 */
export function readCheckpoints(text: string): Map<string, Checkpoint> {
  const values = text.trimStart().startsWith('[')
    ? z.array(schema).parse(JSON.parse(text))
    : text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => schema.parse(JSON.parse(line)));
  return latestPerNode(values);
}

export function latestPerNode(checkpoints: Iterable<Checkpoint>): Map<string, Checkpoint> {
  const byNode = new Map<string, Checkpoint>();
  for (const checkpoint of checkpoints)
    if ((byNode.get(checkpoint.nodeId)?.number ?? 0) < checkpoint.number)
      byNode.set(checkpoint.nodeId, checkpoint);
  return byNode;
}

export const isCheckpointSignedBy = (key: KeyObject, { digest, signature }: Checkpoint): boolean =>
  isSignedBy(key, Buffer.from(digest, 'hex'), Buffer.from(signature, 'hex'));
