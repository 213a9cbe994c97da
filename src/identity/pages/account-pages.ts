import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { Coherence } from '../../coherence/coherence.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { notFound } from '../../errors/service-error.js';
import { AuthExchange } from '../http/auth-exchange.js';
import type { SessionView } from '../sessions/session.schema.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { form, hidden } from './fields.js';
import { type Html, html } from './html.js';
import { passCookies } from './library-refusal.js';
import { sendOn, sendPage } from './page.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { PAGES } from './page-paths.js';
import { PageSessions } from './page-sessions.js';

/** Shows people who they are signed in as and where, and ends sessions. */
@Injectable()
export class AccountPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly people: PageSessions,
    private readonly sessions: SessionsService,
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
    [PAGES.signOut]: { post: (asked) => this.signOut(asked) },
  };

  private async show({ reply }: PageRequest, caller: Caller) {
    const sessions = await this.sessions.list(caller);
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
      </ul>`;
    return sendPage(reply, this.settings.service.title, { title: 'You are signed in', content });
  }

  private async end({ request, reply, given }: PageRequest, caller: Caller) {
    const { id = '' } = given;
    if (!isUuid(id)) throw notFound('Session');
    const scopes = ['sessions:write'];
    const asked: CallerRequest = {
      id: request.id,
      ip: request.ip,
      method: request.method,
      url: PAGES.endSession,
      headers: request.headers,
      user: caller,
    };
    const change = { request: asked, action: 'session.end', resourceKind: 'session', scopes };
    await this.trail.changeBy(change, (audit) =>
      this.sessions.end(
        { caller, ip: request.ip, scopes },
        id,
        undefined,
        audit<string>(() => ({ id })),
      ),
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
