import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import type { Checkpoint } from '../../audit/seal/checkpoint.js';
import { CheckpointFile, checkpointsIn } from '../../audit/seal/checkpoint-file.js';
import {
  keyFilesOf,
  publicKeyFilesIn,
  publicKeyFrom,
  SealKey,
  sharedPublicKeyFile,
} from '../../audit/seal/seal-key.js';
import { linesOfReport, verifyAudit } from '../../audit/verify/verify-audit.js';
import { type Settings, settingsFromEnvironment } from '../../config/settings.js';
import { type Query, readSharedSecret } from '../../shared-secrets/shared-secrets.js';
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

/** Those that are named; else the ones that this service seals with, or has sealed with. */
async function keysOf(files: string[], settings: Settings, url: string): Promise<KeyObject[]> {
  const { dataDir, audit } = settings;
  if (files.length > 0) return publicKeysIn(files);
  if (audit.seal.keyFile !== undefined) return publicKeysIn([audit.seal.keyFile]);
  const shared = await sharedKey(settings, url);
  const own = publicKeyFilesIn(dataDir);
  // Its file may be of a key that has handed over, which then is believed only as far as the handover says.
  const others = own.filter((file) => file !== sharedPublicKeyFile(dataDir));
  if (shared) return [shared, ...(await publicKeysIn(others))];
  return publicKeysIn(own.length > 0 ? own : [keyFilesOf(dataDir).publicKey]);
}

const publicKeysIn = (files: string[]): Promise<KeyObject[]> =>
  Promise.all(files.map(async (file) => publicKeyFrom(await pemOf(file), file)));

/** The key that the replicas share. Whoever writes to the database cannot replace it without `SECRETS_KEY`. */
async function sharedKey({ secretsKey }: Settings, url: string): Promise<KeyObject | undefined> {
  if (secretsKey === undefined) return undefined;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const query: Query = async (sql, values) => (await client.query<{ encrypted: Buffer }>(sql, values)).rows;
    const pem = await readSharedSecret(query, 'audit_seal_key', secretsKey);
    return pem === undefined ? undefined : SealKey.from(pem).publicKey;
  } finally {
    await client.end();
  }
}

async function pemOf(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = 'Set the DATA_DIR of the service, or name the public key of its seals with --public-key';
    throw new Error(`${file} cannot be read (${code}). ${hint}.`, { cause });
  });
}

/** The checkpoints in the files that are named; else those that this service keeps. */
async function checkpointsOf(files: string[], { audit }: Settings): Promise<Checkpoint[]> {
  const { checkpointsFile } = audit.seal;
  if (files.length > 0)
    return (await Promise.all(files.map(checkpointsIn))).flatMap((checkpoints) => [...checkpoints.values()]);
  const own = await new CheckpointFile(checkpointsFile, warn).read();
  if (own.size === 0) warn(`${checkpointsFile} holds no checkpoints`);
  return [...own.values()];
}

const warn = (message: string) => process.stderr.write(`${message}\n`);
