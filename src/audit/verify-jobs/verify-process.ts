/** The process that verifies the audit. It knows public keys and the database, no other secret, and may be killed at any time. */
import { createPublicKey } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { verifyAudit } from '../verify/verify-audit.js';
import type { VerifyProgress } from '../verify/verify-progress.js';
import type { VerifyAnswer, VerifyRequest } from './verify-messages.js';

const TELL_MS = 250;
const MAX_PROBLEM = 500;

async function answerTo({ url, keys, checkpoints }: VerifyRequest): Promise<VerifyAnswer> {
  const publicKeys = keys.map((key) =>
    createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }),
  );
  let told = 0;
  const progress = (now: VerifyProgress) => {
    if (performance.now() - told < TELL_MS) return;
    told = performance.now();
    tell({ progress: now });
  };
  try {
    return { report: await verifyAudit(url, publicKeys, checkpoints, { progress }) };
  } catch (error) {
    return { problem: String(error instanceof Error ? error.message : error).slice(0, MAX_PROBLEM) };
  }
}

const tell = (answer: VerifyAnswer) => process.send!(answer);

// Calls of the service go first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.once('message', (request: VerifyRequest) => void answerTo(request).then(tell));
process.on('disconnect', () => process.exit());
