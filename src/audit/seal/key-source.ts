import type { KeyObject } from 'node:crypto';
import { rename } from 'node:fs/promises';
import {
  generateSealKey,
  keyFilesOf,
  keyIdOf,
  makeKeyOnce,
  SealKey,
  sharedPublicKeyFile,
} from './seal-key.js';

/** Where a service has the private key of its seals. */
export interface KeySource {
  /** Says where, in a message: `... holds the key 0a1b`. */
  readonly place: string;
  /** @throws Error where there is none */
  read(): Promise<SealKey>;
  /**
   * Reads the key of a successor, and leaves nothing of the one before. It may be called again.
   * @returns `undefined` where it is not there
   */
  takeUp(successor: KeyObject): Promise<SealKey | undefined>;
}

/** A {@link KeySource} whose key can be rotated. */
export interface RotatableSource extends KeySource {
  /** Makes or reads the key to hand over to. An interrupted rotation begins again with the same one, where it was kept. */
  prepare(): Promise<SealKey>;
  /** Stores the successor in the transaction of the handover. */
  store(successor: SealKey): Promise<void>;
}

/** A file that the operator names (`AUDIT_SEAL_KEY_FILE`). The operator changes it. */
export class NamedFile implements RotatableSource {
  readonly place: string;

  /** @param newFile holds the key to hand over to, in a rotation */
  constructor(
    private readonly dataDir: string,
    private readonly file: string,
    private readonly newFile?: string,
  ) {
    this.place = `AUDIT_SEAL_KEY_FILE (${file})`;
  }

  read(): Promise<SealKey> {
    return SealKey.open(this.dataDir, this.file);
  }

  async takeUp(successor: KeyObject): Promise<SealKey | undefined> {
    const current = thisOne(await this.read(), successor);
    return current ?? (this.newFile === undefined ? undefined : thisOne(await this.prepare(), successor));
  }

  prepare(): Promise<SealKey> {
    if (this.newFile === undefined)
      throw new Error(
        'The key of the seals is in AUDIT_SEAL_KEY_FILE: make another one (openssl genpkey -algorithm ed25519 -out new.pem) and name it with --new-key-file',
      );
    return SealKey.open(this.dataDir, this.newFile);
  }

  async store(): Promise<void> {
    // The operator keeps the file.
  }
}

/** The file below `DATA_DIR`. The next key waits beside it until it is taken up. */
export class FolderFile implements RotatableSource {
  readonly place: string;
  private readonly files;

  constructor(private readonly dataDir: string) {
    this.files = keyFilesOf(dataDir);
    this.place = this.files.privateKey;
  }

  read(): Promise<SealKey> {
    return SealKey.open(this.dataDir, this.files.privateKey);
  }

  /** Makes the next key, or reads the one that waits since a rotation that was interrupted. */
  async prepare(): Promise<SealKey> {
    await makeKeyOnce(this.files.nextKey);
    return SealKey.open(this.dataDir, this.files.nextKey);
  }

  async store(): Promise<void> {
    // The next key is in its file already, so that it is not lost whenever the process ends.
  }

  async takeUp(successor: KeyObject): Promise<SealKey | undefined> {
    const current = thisOne(await this.read(), successor);
    if (current) return current;
    const waiting = await SealKey.open(this.dataDir, this.files.nextKey).catch(() => undefined);
    const next = waiting && thisOne(waiting, successor);
    if (!next) return undefined;
    await next.writePublicKey(this.files.publicKey);
    // Another process of this folder may have done it first.
    await rename(this.files.nextKey, this.files.privateKey).catch(() => undefined);
    return thisOne(await this.read(), successor);
  }
}

/** The key that replicas share in PostgreSQL (`SECRETS_KEY`). */
export class SharedKey implements KeySource {
  readonly place = 'the table service_secrets';

  /** @param pem reads the private key */
  constructor(
    private readonly dataDir: string,
    private readonly pem: () => Promise<string | undefined>,
  ) {}

  async read(): Promise<SealKey> {
    const pem = await this.pem();
    if (pem === undefined) throw new Error(`There is no key of the audit's seals in ${this.place}`);
    const key = SealKey.from(pem);
    await key.writePublicKey(sharedPublicKeyFile(this.dataDir));
    return key;
  }

  async takeUp(successor: KeyObject): Promise<SealKey | undefined> {
    return thisOne(await this.read(), successor);
  }
}

/** A {@link SharedKey} that is replaced in the transaction of the handover. */
export class RotatableSharedKey extends SharedKey implements RotatableSource {
  private prepared: string | undefined;

  constructor(
    dataDir: string,
    pem: () => Promise<string | undefined>,
    private readonly replace: (pem: string) => Promise<void>,
  ) {
    super(dataDir, pem);
  }

  async prepare(): Promise<SealKey> {
    this.prepared = generateSealKey();
    return SealKey.from(this.prepared);
  }

  store(): Promise<void> {
    return this.replace(this.prepared!);
  }
}

const thisOne = (key: SealKey, successor: KeyObject): SealKey | undefined =>
  key.id === keyIdOf(successor) ? key : undefined;
