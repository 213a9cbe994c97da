import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { assertScopes } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { notFound } from '../errors/service-error.js';
import { ApiKey } from './api-key.entity.js';
import { callerOf } from './key-ring.js';
import { reachable } from './key-rules.js';

/** Looks at a key without using it. */
@Injectable()
export class KeyInspector {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {}

  /** Who would be calling with this key, whether or not it works. @throws insufficientScope without `keys:read`, notFound, also for somebody else's key */
  async callerBehind(caller: Caller, id: string): Promise<Caller> {
    assertScopes(caller, 'keys:read');
    const row = await this.keys.findOne({ where: reachable(caller, id), relations: { user: true } });
    if (!row) throw notFound('API key');
    return callerOf(row);
  }
}
