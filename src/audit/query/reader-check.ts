import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';

/** What every way to read the trail asks for. */
export const AUDIT_SCOPE = 'audit:read';

/** Whether who began to read the trail may go on. */
@Injectable()
export class ReaderCheck {
  constructor(private readonly callers: CallerCheck) {}

  /** The reader as the database knows them now; `undefined`: no reader any more. */
  async recheck(caller: Caller, ip: string): Promise<Caller | undefined> {
    const now = await this.callers.recheck(caller, ip);
    return now?.scopes.allows(AUDIT_SCOPE) ? now : undefined;
  }
}
