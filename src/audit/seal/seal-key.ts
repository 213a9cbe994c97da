import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Logger } from '@nestjs/common';
import { newId } from '../../common/new-id.js';
import { readSmallFile } from '../../config/read-small-file.js';
import { digestOf, type Seal, type SealContent } from './seal.js';

const KEY_ID_DIGITS = 16;
const MAX_KEY_BYTES = 64 * 1024;

export const keyFilesOf = (dataDir: string) => ({
  privateKey: join(dataDir, 'audit', 'seal-key.pem'),
  publicKey: join(dataDir, 'audit', 'seal-key.pub.pem'),
  /** The private key that a rotation has made and that is not taken up yet. */
  nextKey: join(dataDir, 'audit', 'seal-key.next.pem'),
});

/** The public key of the seals that all replicas make with a shared key. */
export const sharedPublicKeyFile = (dataDir: string) => join(dataDir, 'audit', 'seal-key.shared.pub.pem');

/** The public keys that a data folder holds: its own, and the one that replicas share. */
export const publicKeyFilesIn = (dataDir: string): string[] =>
  [keyFilesOf(dataDir).publicKey, sharedPublicKeyFile(dataDir)].filter((file) => existsSync(file));

/** Makes a private key in PEM format. */
export const generateSealKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** A public key as bytes. */
export const derOf = (publicKey: KeyObject): Buffer => publicKey.export({ type: 'spki', format: 'der' });

/** The id of a key in seals: the first digits of the SHA-256 of its public key. */
export const keyIdOf = (publicKey: KeyObject): string => keyIdOfDer(derOf(publicKey));

/** {@link keyIdOf} for bytes, which may be no key. */
export const keyIdOfDer = (der: Buffer): string =>
  createHash('sha256').update(der).digest('hex').slice(0, KEY_ID_DIGITS);

export const isSignedBy = (publicKey: KeyObject, digest: Buffer, signature: Buffer): boolean =>
  verify(null, digest, publicKey, signature);

/** The public key of a PEM file that holds the public or the private key. @throws Error where it is no Ed25519 key */
export function publicKeyFrom(pem: string | Buffer, file: string): KeyObject {
  return ed25519(file, () => createPublicKey(pem));
}

/** Signs seals. Whoever has the private key can seal anything, so it should be kept apart from the database. */
export class SealKey {
  readonly publicKey: KeyObject;
  readonly id: string;

  constructor(private readonly privateKey: KeyObject) {
    this.publicKey = createPublicKey(privateKey);
    this.id = keyIdOf(this.publicKey);
  }

  /**
   * Reads the key of `file`. Without a file, it reads the key below `dataDir`, which is made once.
   * @throws Error where there is none and none can be made
   */
  static async open(dataDir: string, file: string | undefined): Promise<SealKey> {
    const { privateKey } = keyFilesOf(dataDir);
    if (file === undefined) await makeFolderKey(dataDir);
    const path = file ?? privateKey;
    const read = readSmallFile(path, MAX_KEY_BYTES);
    if (!read.ok) throw new Error(`The key of the audit's seals, ${path}, ${read.message}`);
    const pem = read.bytes;
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
      new Logger(SealKey.name).warn(`${path} can be read by others than its owner`);
    return new SealKey(ed25519(path, () => createPrivateKey(pem)));
  }

  /** @param pem the private key, which the replicas share */
  static from(pem: string): SealKey {
    return new SealKey(ed25519('The shared key of the seals', () => createPrivateKey(pem)));
  }

  /** Writes the public key for those who verify elsewhere. A reader finds the former one or this one, and never a part. */
  async writePublicKey(path: string): Promise<void> {
    await keeping(path, async () => {
      const draft = `${path}.${newId()}`;
      await writeFile(draft, this.publicPem, { mode: 0o644 });
      await rename(draft, path);
    });
  }

  /** The public key in PEM. */
  get publicPem(): string {
    return this.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  }

  sign(digest: Buffer): Buffer {
    return sign(null, digest, this.privateKey);
  }

  seal(content: SealContent): Seal {
    const digest = digestOf(content);
    return {
      ...content,
      digest,
      signature: this.sign(digest),
      keyId: this.id,
      sealedAt: new Date(),
    };
  }
}

/** Makes the key of a data folder once, with its public key beside it. */
export async function makeFolderKey(dataDir: string): Promise<void> {
  const { privateKey, publicKey } = keyFilesOf(dataDir);
  const made = await makeKeyOnce(privateKey);
  await made?.writePublicKey(publicKey);
}

/**
 * Makes a private key once. Linking a finished file is atomic and fails where the name exists, so no key is replaced.
 * @returns the key where it was made
 */
export async function makeKeyOnce(path: string): Promise<SealKey | undefined> {
  if (await exists(path)) return undefined;
  return keeping(path, async () => {
    const pem = generateSealKey();
    return (await publish(path, pem, 0o600)) ? SealKey.from(pem) : undefined;
  });
}

/** Runs what writes a file of a key. @throws Error that names the settings by which another place is chosen */
async function keeping<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await write();
  } catch (cause) {
    const message = `The key of the audit's seals cannot be kept in ${dirname(path)}: set another DATA_DIR, or AUDIT_SEAL_KEY_FILE`;
    throw new Error(message, { cause });
  }
}

/** @returns whether the name was free */
async function publish(path: string, pem: string, mode: number): Promise<boolean> {
  const draft = `${path}.${newId()}`;
  await writeFile(draft, pem, { mode, flag: 'wx', flush: true });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

function ed25519(file: string, read: () => KeyObject): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = read();
  } catch {
    // The error below names the file, which OpenSSL's does not.
  }
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is not an Ed25519 key in PEM`);
  return key;
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );
