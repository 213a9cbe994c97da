import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Caller } from '../../access/caller.js';
import type { Requester } from '../../access/requester.js';
import type { AuditChange } from '../../audit/recording/change-row.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { Coherence } from '../../coherence/coherence.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { notFound } from '../../errors/service-error.js';
import type { GrantView } from '../../oauth/grants/grant.schema.js';
import type { EndedGrant } from '../../oauth/grants/end-grant.js';
import { GrantsService } from '../../oauth/grants/grants.service.js';
import { AuthExchange } from '../http/auth-exchange.js';
import type { SessionView } from '../sessions/session.schema.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { isolatedName } from '../oauth/client-name.js';
import { form, hidden } from './fields.js';
import { type Html, html } from './html.js';
import { passCookies } from './library-refusal.js';
import { sendOn, sendPage } from './page.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { PAGES } from './page-paths.js';
import { requestOfForm } from './page-form.js';
import { PageSessions } from './page-sessions.js';

/** Shows people who they are signed in as and where, and ends sessions. */
@Injectable()
export class AccountPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly people: PageSessions,
    private readonly sessions: SessionsService,
    private readonly grants: GrantsService,
    private readonly exchange: AuthExchange,
    private readonly trail: AuditTrail,
    private readonly coherence: Coherence,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.account]: {
      get: (asked) => this.people.signedIn(asked, PAGES.account, (caller) => this.show(asked, caller)),
    },
    [PAGES.endSession]: {
      post: (asked) => this.people.signedIn(asked, PAGES.account, (caller) => this.end(asked, caller)),
    },
    [PAGES.endGrant]: {
      post: (asked) => this.people.signedIn(asked, PAGES.account, (caller) => this.endGrant(asked, caller)),
    },
    [PAGES.signOut]: { post: (asked) => this.signOut(asked) },
  };

  private async show({ reply }: PageRequest, caller: Caller) {
    const [sessions, grants] = await Promise.all([this.sessions.list(caller), this.grants.list(caller)]);
    const content = html`<dl>
        <dt>Name</dt>
        <dd>${caller.name}</dd>
        <dt>E-mail address</dt>
        <dd>${caller.email}</dd>
        <dt>Role</dt>
        <dd>${caller.role}</dd>
      </dl>
      <p><a href="${PAGES.security}">Second factor and passkeys</a></p>
      ${form(PAGES.signOut, 'Sign out', [])}
      <h2>Where you are signed in</h2>
      <ul>
        ${sessions.map(sessionItem)}
      </ul>
      <h2>Connected programs</h2>
      ${
        grants.length === 0
          ? html`<p>No program acts for you.</p>`
          : html`<ul>
              ${grants.map(grantItem)}
            </ul>`
      }`;
    return sendPage(reply, this.settings.service.title, { title: 'You are signed in', content });
  }

  private async end(asked: PageRequest, caller: Caller) {
    const { id = '' } = asked.given;
    if (!isUuid(id)) throw notFound('Session');
    const change = { action: 'session.end', resourceKind: 'session', scopes: ['sessions:write'] };
    return this.change(asked, caller, change, (by, audit) =>
      this.sessions.end(
        by,
        id,
        undefined,
        audit<string>(() => ({ id })),
      ),
    );
  }

  private async endGrant(asked: PageRequest, caller: Caller) {
    const { id = '' } = asked.given;
    if (!isUuid(id)) throw notFound('Grant');
    const change = { action: 'grant.end', resourceKind: 'grant', scopes: ['grants:write'] };
    return this.change(asked, caller, change, (by, audit) =>
      this.grants.end(
        by,
        id,
        undefined,
        audit<EndedGrant>(({ clientId }) => ({ id, metadata: { clientId } })),
      ),
    );
  }

  private async change(
    { request, reply }: PageRequest,
    caller: Caller,
    change: { action: string; resourceKind: string; scopes: string[] },
    work: (by: Requester, audit: AuditChange) => Promise<void>,
  ) {
    const asked = requestOfForm(request, caller);
    await this.trail.changeBy({ ...change, request: asked }, (audit) =>
      work({ caller, ip: request.ip, scopes: change.scopes }, audit),
    );
    await this.coherence.settle();
    return sendOn(reply, PAGES.account);
  }

  private async signOut({ request, reply }: PageRequest) {
    passCookies(reply, await this.exchange.ask(request, reply, { path: '/sign-out', body: {} }));
    return sendOn(reply, `${PAGES.signIn}?done=out`);
  }
}

const sessionItem = ({ id, ip, userAgent, lastSeenAt, current }: SessionView): Html =>
  html`<li>
    ${userAgent ?? 'Unknown program'}, ${ip ?? 'unknown address'}, last used
    ${lastSeenAt.toISOString().slice(0, 16).replace('T', ' ')} UTC
    ${current ? html`(this one)` : form(PAGES.endSession, 'End this session', [hidden('id', id)])}
  </li>`;

const grantItem = ({ id, clientId, clientName, scopes, createdAt, lastUsedAt }: GrantView): Html =>
  html`<li>
    ${isolatedName({ name: clientName, clientId })}, may <code>${scopes.join(' ')}</code>, since
    ${dayOf(createdAt)}, ${lastUsedAt === null ? 'never used' : `last used ${dayOf(lastUsedAt)}`}
    ${form(PAGES.endGrant, 'End this', [hidden('id', id)])}
  </li>`;

const dayOf = (time: Date): string => time.toISOString().slice(0, 10);
