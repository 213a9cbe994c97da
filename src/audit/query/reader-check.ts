import { Injectable } from '@nestjs/common';
import { type Caller, isTenant } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';

/** The scope that every route for reading the trail needs. */
export const AUDIT_SCOPE = 'audit:read';

/** Whether a caller looks at the audit of the whole service, such as its seals, which cover the rows of all organisations. */
export const readsWholeAudit = (caller: Caller): boolean => caller.role !== 'member' && !isTenant(caller);

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
