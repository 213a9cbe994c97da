import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { Caller } from '../access/caller.js';
import { CallerCheck } from '../access/caller-check.js';
import { ApiKey } from './api-key.entity.js';
import { firstRefusal } from './key-refusals.js';
import { addressListOf, callerOf } from './key-ring.js';

/** Reads the key itself and not the ring: what a stream waits between two checks adds to nothing. */
@Injectable()
export class KeyRecheck extends CallerCheck {
  constructor(@InjectRepository(ApiKey) private readonly keys: Repository<ApiKey>) {
    super();
  }

  async recheck({ keyId }: Caller, ip: string): Promise<Caller | undefined> {
    const [row] = await this.keys.find({ where: { id: keyId }, relations: { user: true } });
    if (!row) return undefined;
    const caller = callerOf(row);
    return firstRefusal({ caller, addresses: addressListOf(caller) }, ip) ? undefined : caller;
  }
}
