import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Server } from 'node:net';
import type { DataSource } from 'typeorm';
import { assertServiceAdmin, assertScopes } from '../../access/access-policy.js';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import { newId } from '../../common/new-id.js';
import { serviceUrl } from '../../config/service-url.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { afterId, type Page, pageOf, type PageQuery } from '../../database/page.js';
import type { InTransaction } from '../../database/transaction-hook.js';
import { conflict, notFound } from '../../errors/service-error.js';
import { CallerChanges } from '../../users/caller-changes.js';
import { digestOf, makeSecret } from '../links/one-time-secret.js';
import { IdentityMails } from '../mail/identity-mails.js';
import { PAGES } from '../pages/page-paths.js';
import type { CreateInvitationDto } from './dto/create-invitation.dto.js';
import { accountOf, deleteInvitation, invitationsAfter, replaceInvitation } from './invitation-rows.js';
import type { InvitationView } from './invitation.schema.js';

const LIFE_DAYS = 7;

/** Invites people on behalf of an administrator. The account is made when the invitation is accepted. */
@Injectable()
export class InvitationsService {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly changes: CallerChanges,
    private readonly mails: IdentityMails,
    private readonly http: HttpAdapterHost,
  ) {}

  /**
   * Sends a link by which the person chooses a password, once. It voids the former link of the address.
   * @throws conflict for somebody who signs in already, is deactivated or has another role, or where no mail can be sent;
   * rate_limited after too many mails; and the refusal of a caller who is no longer valid
   */
  async create(
    by: Requester,
    { email, name, role }: CreateInvitationDto,
    alongside: InTransaction<InvitationView>,
  ): Promise<InvitationView> {
    if (!this.mails.areSent()) throw conflict('Invitations are sent by mail: set SMTP_URL');
    const secret = makeSecret();
    const made = await this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertServiceAdmin(caller, 'invites people');
      const account = await accountOf(manager, email);
      if (account && !account.isActive)
        throw conflict('This person is deactivated: activate the user, then invite again');
      if (account?.hasPassword) throw conflict('This person has chosen a password and can sign in');
      if (account && role !== undefined && role !== account.role)
        throw conflict(
          `This person is a user with the role ${account.role}: change the user, then invite again`,
        );
      const createdAt = new Date();
      const invitation: InvitationView = {
        id: newId(),
        email,
        name,
        role: account?.role ?? role ?? 'member',
        invitedBy: caller.userId,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + LIFE_DAYS * 86_400_000),
      };
      await replaceInvitation(manager, invitation, digestOf(secret));
      await this.mails.invite(manager, invitation, {
        by: caller.name,
        url: `${this.url()}${PAGES.invitation}?secret=${secret}`,
      });
      await alongside(manager, invitation);
      return invitation;
    });
    this.mails.wake();
    return made;
  }

  /** @throws insufficientScope without `users:read` */
  async list(caller: Caller, query: PageQuery): Promise<Page<InvitationView>> {
    assertScopes(caller, 'users:read');
    assertServiceAdmin(caller, 'invites people');
    const limit = query.limit ?? 50;
    const rows = await invitationsAfter(this.dataSource.manager, afterId(query.cursor), limit + 1);
    return pageOf(rows, limit);
  }

  /** @throws notFound, and the refusal of a caller who is no longer valid */
  async revoke(by: Requester, id: string, alongside: InTransaction<string>): Promise<void> {
    await this.changes.transact(by, {}, async ({ manager, caller }) => {
      assertServiceAdmin(caller, 'invites people');
      if (!(await deleteInvitation(manager, id))) throw notFound('Invitation');
      await alongside(manager, id);
    });
  }

  private url(): string {
    return serviceUrl(this.settings, this.http.httpAdapter.getHttpServer() as Server);
  }
}
