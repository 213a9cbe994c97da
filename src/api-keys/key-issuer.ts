import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { newId } from '../common/new-id.js';
import type { Caller } from '../access/caller.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { notFound, ServiceError } from '../errors/service-error.js';
import { ApiKey } from './api-key.entity.js';
import type { IssuedApiKey } from './api-key.views.js';
import { generateApiKey, hashApiKey, startOfKey } from './key-format.js';
import { whereReachable } from './key-rules.js';

export type NewKey = Pick<
  ApiKey,
  'organizationId' | 'userId' | 'name' | 'scopes' | 'expiresAt' | 'lifeSeconds'
> &
  Partial<
    Pick<
      ApiKey,
      | 'organizationId'
      | 'ipAllowlist'
      | 'requestsPerMinute'
      | 'metadata'
      | 'agent'
      | 'enabled'
      | 'disabledBy'
      | 'disabledByRole'
      | 'graceOf'
      | 'graceSeconds'
    >
  >;

/** Is the SQL condition for keys of the alias `k` that are neither revoked nor expired. */
export const LIVE = 'k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())';

/** Creates every key. */
@Injectable()
export class KeyIssuer {
  constructor(@InjectSettings() private readonly settings: Settings) {}

  /** @param beyond how many keys above the limit are allowed @throws ServiceError `key_limit_reached` */
  async assertRoomFor(
    owner: Pick<ApiKey, 'userId' | 'organizationId'>,
    manager: EntityManager,
    beyond = 0,
  ): Promise<void> {
    const { maxPerUser } = this.settings.apiKeys;
    const live = await manager.createQueryBuilder(ApiKey, 'k').where(owner).andWhere(LIVE).getCount();
    if (live < maxPerUser + beyond) return;
    const message = `The owner has ${live} keys, which is the most; revoke one first`;
    throw new ServiceError('key_limit_reached', message);
  }

  /** @param raw a given key, or nothing for a new one */
  async issue(manager: EntityManager, key: NewKey, raw?: string): Promise<IssuedApiKey> {
    const { prefix } = this.settings.apiKeys;
    const secret = raw ?? generateApiKey(prefix);
    const row = manager.create(ApiKey, {
      id: newId(),
      // The clock of the process also set `expiresAt`, so that the difference is exactly the lifetime.
      createdAt: new Date(),
      agent: false,
      enabled: true,
      disabledBy: null,
      disabledByRole: null,
      metadata: {},
      ipAllowlist: null,
      requestsPerMinute: null,
      lastUsedAt: null,
      revokedAt: null,
      replacedBy: null,
      graceOf: null,
      graceSeconds: null,
      ...key,
      keyHash: Buffer.from(hashApiKey(secret), 'base64'),
      start: startOfKey(secret, prefix),
    });
    return { row: await manager.save(row), raw: secret };
  }
}

/** Locks a key that the caller can access until the transaction ends. @throws notFound */
export async function lockKey(manager: EntityManager, caller: Caller, id: string): Promise<ApiKey> {
  const key = await manager.findOne(ApiKey, {
    where: whereReachable(caller, id),
    lock: { mode: 'pessimistic_write' },
  });
  if (!key) throw notFound('API key');
  return key;
}
