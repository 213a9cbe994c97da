import type { KeyObject } from 'node:crypto';
import { Client } from 'pg';
import type { Checkpoint } from '../../audit/seal/checkpoint.js';
import { checkpointsIn } from '../../audit/seal/checkpoint-file.js';
import { ownCheckpoints, ownPublicKeys, publicKeysIn } from '../../audit/verify/trusted-keys.js';
import { linesOfReport, verifyAudit } from '../../audit/verify/verify-audit.js';
import { type Settings, settingsFromEnvironment } from '../../config/settings.js';
import { linesText } from '../../validation/line-text.js';
import { DONE, FAILED } from '../exit-codes.js';
import type { OutputOptions } from '../print-result.js';
import { withDatabase } from '../with-database.js';

interface VerifyOptions extends OutputOptions {
  /** Files of public keys. */
  publicKey: string[];
  checkpoints: string[];
  /** The former name of `checkpoints`. */
  heads: string[];
}

/** Checks the audit trail against its seals and prints what it found. @returns the exit code */
export async function verify({ publicKey, checkpoints: files, heads, json }: VerifyOptions): Promise<number> {
  const settings = settingsFromEnvironment();
  const checkpoints = await checkpointsOf([...files, ...heads], settings);
  const report = await withDatabase(async ({ url }) =>
    verifyAudit(url, await keysOf(publicKey, settings, url), checkpoints),
  );
  // Rows and nodes are named as they stand in the database, which whoever changed them chose.
  const text = json ? JSON.stringify(report) : linesText(linesOfReport(report).join('\n'));
  process.stdout.write(`${text}\n`);
  return report.whole ? DONE : FAILED;
}

/** Those that are named; else the ones of this service. */
async function keysOf(files: string[], settings: Settings, url: string): Promise<KeyObject[]> {
  if (files.length > 0) return publicKeysIn(files);
  return ownPublicKeys(settings, async (sql, values) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<{ encrypted: Buffer }>(sql, values)).rows;
    } finally {
      await client.end();
    }
  });
}

/** The checkpoints in the files that are named; else those that this service keeps. */
async function checkpointsOf(files: string[], settings: Settings): Promise<Checkpoint[]> {
  if (files.length === 0) return ownCheckpoints(settings, (message) => process.stderr.write(`${message}\n`));
  return (await Promise.all(files.map(checkpointsIn))).flatMap((checkpoints) => [...checkpoints.values()]);
}
