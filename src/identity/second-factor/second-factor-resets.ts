import { Injectable } from '@nestjs/common';
import { isAdministrator } from '../../access/roles.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { forbidden, notFound } from '../../errors/service-error.js';
import { endGrantsOf } from '../../users/end-grants.js';
import { assertOwnsPerson, assertMayActFor } from '../../users/person-reach.js';
import { CallerChanges } from '../../users/caller-changes.js';
import { UserAccounts } from '../../users/user-accounts.js';
import { SecondFactorMails } from './second-factor-mails.js';
import { SecondFactors } from './second-factors.js';

/** Removes the second factors of somebody who lost them, on behalf of an administrator. */
@Injectable()
export class SecondFactorResets {
  constructor(
    private readonly changes: CallerChanges,
    private readonly accounts: UserAccounts,
    private readonly factors: SecondFactors,
    private readonly mails: SecondFactorMails,
  ) {}

  /**
   * Also ends the person's sessions, and what programs may do for the person: whoever has the factor now may have signed in, and let
   * a program in.
   * @throws notFound, forbidden for a caller who is no administrator or names the own account, and the refusal of one who is no
   * longer valid
   */
  async reset(by: Requester, userId: string, alongside: InTransaction<string>): Promise<void> {
    const user = await this.accounts.notifyAfter(() =>
      this.changes.transact(by, { userIds: [userId] }, async ({ manager, caller, users }) => {
        assertMayReset(caller, userId);
        const found = users.get(userId);
        if (found?.kind !== 'person') throw notFound('User');
        assertMayActFor(caller, found);
        await assertOwnsPerson(manager, caller, userId);
        await this.factors.removeAll(manager, userId);
        await endGrantsOf(manager, userId);
        await alongside(manager, userId);
        return found;
      }),
    );
    await this.mails.reset(user);
  }
}

/** Oneself removes a factor where the password is asked for. A stolen session of an administrator could else do without. */
function assertMayReset({ role, userId, via, scopes }: Caller, of: string): void {
  if (!isAdministrator(role) || !scopes.allows('users:write'))
    throw forbidden('Only an administrator resets the second factors of others');
  if (via === 'session' && userId === of)
    throw forbidden('Remove your own second factors where you sign in, with your password');
}
