import { Injectable } from '@nestjs/common';
import type { Caller } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';

/** The scope that every route for reading the trail needs. */
export const AUDIT_SCOPE = 'audit:read';

/** Checks during a long response whether its reader may still read the trail. */
@Injectable()
export class ReaderCheck {
  constructor(private readonly callers: CallerCheck) {}

  /** Reads the caller again; `undefined` where they may not read the trail any more. */
  async recheck(caller: Caller, ip: string): Promise<Caller | undefined> {
    const now = await this.callers.recheck(caller, ip);
    return now?.scopes.allows(AUDIT_SCOPE) ? now : undefined;
  }
}
