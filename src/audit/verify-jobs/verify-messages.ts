import type { Checkpoint } from '../seal/checkpoint.js';
import type { VerifyReport } from '../verify/verify-audit.js';
import type { VerifyProgress } from '../verify/verify-progress.js';

export interface VerifyRequest {
  url: string;
  /** The public keys in DER, as base64. */
  keys: readonly string[];
  checkpoints: readonly Checkpoint[];
}

/** What the process says: how far it is, several times, and once the end. */
export type VerifyAnswer = { progress: VerifyProgress } | { report: VerifyReport } | { problem: string };
