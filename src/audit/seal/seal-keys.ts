import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { SharedSecrets } from '../../shared-secrets/shared-secrets.js';
import { latestAfter, lockForSealing, type Query } from './handover-store.js';
import { FolderFile, type KeySource, NamedFile, SharedKey } from './key-source.js';
import { generateSealKey, keyIdOf, makeFolderKey, type SealKey } from './seal-key.js';

/**
 * Holds the key that this process signs with. A key signs nothing any more once it has handed over: whoever signs asks for the
 * key in the transaction that stores what is signed, and gets the successor after a rotation.
 */
@Injectable()
@OutOfReach()
export class SealKeys implements OnModuleInit {
  private readonly logger = new Logger('AuditSealer');
  private source!: KeySource;
  private key!: SealKey;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secrets: SharedSecrets,
  ) {}

  /** @throws Error where the key cannot be read, or has handed over to one that is not there */
  async onModuleInit(): Promise<void> {
    this.source = await this.openSource();
    this.key = await this.source.read();
    await this.dataSource.transaction((manager) => this.keyIn(manager));
  }

  /** The key that this process has signed with last. */
  get current(): SealKey {
    return this.key;
  }

  /**
   * Returns the key to sign with in a transaction. Until its end no key hands over.
   * @throws Error where the key has handed over to one that is not there yet
   */
  async keyIn(manager: EntityManager): Promise<SealKey> {
    const query: Query = (sql, values) => manager.query(sql, values);
    await lockForSealing(query);
    await this.follow(query);
    return this.key;
  }

  private async follow(query: Query): Promise<void> {
    const latest = await latestAfter(query, this.key.publicKey);
    if (!latest) return;
    const { place } = this.source;
    const successor = await this.source.takeUp(latest.to);
    if (!successor)
      throw new Error(
        `The key of the audit's seals was rotated: ${this.key.id} has handed over to ${keyIdOf(latest.to)} at ${latest.at.toISOString()}, and ${place} does not hold that one: give this process the new key`,
      );
    this.logger.log(
      `the audit is sealed with the key ${successor.id} now, to which ${this.key.id} has handed over`,
    );
    this.key = successor;
  }

  /** A file that is named comes first. Without it, the key that all replicas share, or else one of this data folder. */
  private async openSource(): Promise<KeySource> {
    const { dataDir, audit, secretsKey } = this.settings;
    const { keyFile } = audit.seal;
    if (keyFile !== undefined) return new NamedFile(dataDir, keyFile);
    if (secretsKey !== undefined)
      return new SharedKey(dataDir, () => this.secrets.get('audit_seal_key', generateSealKey));
    await makeFolderKey(dataDir);
    return new FolderFile(dataDir);
  }
}
