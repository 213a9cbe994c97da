import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '../../config/settings.js';
import { type Query, readSharedSecret } from '../../shared-secrets/shared-secrets.js';
import type { Checkpoint } from '../seal/checkpoint.js';
import { CheckpointFile } from '../seal/checkpoint-file.js';
import {
  keyFilesOf,
  publicKeyFilesIn,
  publicKeyFrom,
  SealKey,
  sharedPublicKeyFile,
} from '../seal/seal-key.js';

/** Finds the public keys that a service seals with, or has sealed with. @throws Error where a file cannot be read */
export async function ownPublicKeys(settings: Settings, query: Query): Promise<KeyObject[]> {
  const { dataDir, audit } = settings;
  if (audit.seal.keyFile !== undefined) return publicKeysIn([audit.seal.keyFile]);
  const shared = await sharedKey(settings, query);
  const own = publicKeyFilesIn(dataDir);
  // Its file may be of a key that has handed over, which then is believed only as far as the handover says.
  const others = own.filter((file) => file !== sharedPublicKeyFile(dataDir));
  if (shared) return [shared, ...(await publicKeysIn(others))];
  return publicKeysIn(own.length > 0 ? own : [keyFilesOf(dataDir).publicKey]);
}

/** The keys in files in PEM format. @throws Error where one cannot be read, or is no key */
export const publicKeysIn = (files: readonly string[]): Promise<KeyObject[]> =>
  Promise.all(files.map(async (file) => publicKeyFrom(await pemOf(file), file)));

/** The checkpoints that a service keeps. @throws Error where the file cannot be read */
export async function ownCheckpoints(
  { audit }: Settings,
  warn: (message: string) => void,
): Promise<Checkpoint[]> {
  const { checkpointsFile } = audit.seal;
  const own = await new CheckpointFile(checkpointsFile, warn).read();
  if (own.size === 0) warn(`${checkpointsFile} holds no checkpoints`);
  return [...own.values()];
}

/** The key that the replicas share. Whoever writes to the database cannot replace it without `SECRETS_KEY`. */
async function sharedKey({ secretsKey }: Settings, query: Query): Promise<KeyObject | undefined> {
  if (secretsKey === undefined) return undefined;
  const pem = await readSharedSecret(query, 'audit_seal_key', secretsKey);
  return pem === undefined ? undefined : SealKey.from(pem).publicKey;
}

async function pemOf(file: string): Promise<Buffer> {
  return readFile(file).catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = 'Set the DATA_DIR of the service, or name the public key of its seals with --public-key';
    throw new Error(`${file} cannot be read (${code}). ${hint}.`, { cause });
  });
}
