import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller, KeyCaller } from '../access/caller.js';
import { notFound } from '../errors/service-error.js';
import { ApiKey } from './api-key.entity.js';
import { keyById } from './key-read.js';
import { callerOf } from './key-ring.js';
import { whereReachable } from './key-rules.js';

/** Reads a key without using it. */
@Injectable()
export class KeyInspector {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /**
   * Returns the caller that a request with this key would have, whether or not the key is valid.
   * @throws insufficientScope without `keys:read`; notFound, also for another user's key
   */
  async callerBehind(caller: Caller, id: string): Promise<KeyCaller> {
    assertScopes(caller, 'keys:read');
    const isReached = await this.keys.existsBy(whereReachable(caller, id));
    const row = isReached ? await keyById(this.keys.manager, id) : undefined;
    if (!row) throw notFound('API key');
    return callerOf(row);
  }
}
