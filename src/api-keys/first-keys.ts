import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { DEFAULT_ORGANIZATION } from '../access/principal.js';
import { OutOfReach } from '../access/out-of-reach.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { InTransaction } from '../database/transaction-hook.js';
import { ApiKey } from './api-key.entity.js';
import type { IssuedApiKey } from './api-key.views.js';
import { hashApiKey } from './key-format.js';
import { KeyIssuer, type NewKey } from './key-issuer.js';
import { lifeWithoutCreator } from './key-life.js';

/** Creates keys without a caller, for the first start. */
@Injectable()
@OutOfReach()
export class FirstKeys {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>,
    private readonly issuer: KeyIssuer,
  ) {}

  /**
   * Only the settings limit the lifetime of these keys. Otherwise no key could ever live longer than the default.
   * @param raw a given key, or nothing for a new one
   */
  issue(
    key: Pick<NewKey, 'userId' | 'name' | 'scopes'>,
    raw: string | undefined,
    alongside: InTransaction<IssuedApiKey>,
  ): Promise<IssuedApiKey> {
    const life = lifeWithoutCreator(this.settings.apiKeys);
    return this.keys.manager.transaction(async (manager) => {
      const issued = await this.issuer.issue(
        manager,
        { organizationId: DEFAULT_ORGANIZATION, ...key, ...life },
        raw,
      );
      await alongside(manager, issued);
      return issued;
    });
  }

  isKnown(raw: string): Promise<boolean> {
    return this.keys.existsBy({ keyHash: Buffer.from(hashApiKey(raw), 'base64') });
  }
}
