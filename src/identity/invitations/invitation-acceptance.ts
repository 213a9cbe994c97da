import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { CallerRequest } from '../../access/caller.js';
import { DEFAULT_ORGANIZATION } from '../../access/principal.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { nothingAlongside } from '../../database/transaction-hook.js';
import { conflict } from '../../errors/service-error.js';
import { insertUser, refuseTakenEmail } from '../../users/user-changes.js';
import { linkOfInactive, linkOver } from '../links/link-errors.js';
import { digestOf } from '../links/one-time-secret.js';
import { hashPassword } from '../links/password-hashes.js';
import { Passwords } from '../links/passwords.js';
import { accountOf, deleteInvitation, invitationByDigest, invitesOperators } from './invitation-rows.js';
import type { InvitationView } from './invitation.schema.js';

/**
 * Accepts invitations by their links. Address, name and role are those of the invitation; the person chooses a password and
 * nothing else.
 */
@Injectable()
export class InvitationAcceptance {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly trail: AuditTrail,
  ) {}

  /** Returns the invitation of a link. @throws ServiceError where it is not valid, or its account is deactivated */
  async find(secret: string): Promise<InvitationView> {
    const { manager } = this.dataSource;
    const invitation = await valid(manager, secret);
    await assertAcceptable(manager, invitation);
    return invitation;
  }

  /**
   * Makes the account, or completes the one that is there, and uses the invitation up. Of several who do so at once, one
   * succeeds.
   * @throws ServiceError where the invitation is not valid, or its account is deactivated
   */
  async accept(request: CallerRequest, secret: string, password: string): Promise<InvitationView> {
    await this.find(secret);
    const hash = await hashPassword(password);
    const change = { request, action: 'invitation.accept', resourceKind: 'user' };
    return this.trail.changeBy(change, (audit) =>
      refuseTakenEmail(() =>
        this.dataSource.transaction(async (manager) => {
          const invitation = await valid(manager, secret, true);
          const { id, email, name, role, invitedBy } = invitation;
          const known = await assertAcceptable(manager, invitation);
          const power = (await invitesOperators(manager, invitation)) ? {} : { isOperator: false };
          const user =
            known ??
            (await insertUser(
              manager,
              DEFAULT_ORGANIZATION,
              { email, name, role, ...power },
              nothingAlongside,
            ));
          await this.passwords.set(manager, user.id, hash);
          await deleteInvitation(manager, id);
          const metadata = { invitation: id, email, role: user.role, invitedBy, made: known === undefined };
          await audit(() => ({ id: user.id, metadata }))(manager, undefined);
          return invitation;
        }),
      ),
    );
  }
}

async function valid(manager: EntityManager, secret: string, lock = false): Promise<InvitationView> {
  const found = await invitationByDigest(manager, digestOf(secret), lock);
  if (!found) throw linkOver('invitation_not_valid');
  return found;
}

/** @returns the account with the address of the invitation, if there is one */
async function assertAcceptable(manager: EntityManager, { email, role }: InvitationView) {
  const account = await accountOf(manager, email);
  if (!account) return undefined;
  if (!account.isActive) throw linkOfInactive();
  if (account.hasPassword) throw conflict('You have chosen a password already. Sign in with it.');
  // Somebody may have made the account, or changed its role, since the invitation was sent.
  if (account.role !== role) throw linkOver('role_changed');
  return account;
}
