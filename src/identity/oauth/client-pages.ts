import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply } from 'fastify';
import type { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import type { Caller } from '../../access/caller.js';
import { isAdministrator } from '../../access/roles.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { Coherence } from '../../coherence/coherence.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import { type AskingClient, ClientDecisions } from '../../oauth/clients/client-decisions.js';
import type { ClientRow } from '../../oauth/clients/client-rows.js';
import { ClientsService } from '../../oauth/clients/clients.service.js';
import { DocumentUnavailable } from '../../oauth/documents/document-fetch.js';
import { membersById } from '../../users/member.js';
import { form, hidden } from '../pages/fields.js';
import { html } from '../pages/html.js';
import { nextPath } from '../pages/next-path.js';
import { requestOfForm } from '../pages/page-form.js';
import { sendOn, sendPage } from '../pages/page.js';
import type { PageHandlers, PageRequest } from '../pages/page-handlers.js';
import { PAGES } from '../pages/page-paths.js';
import { PageSessions } from '../pages/page-sessions.js';
import { clientFacts } from './client-facts.js';
import { isolatedName } from './client-name.js';
import type { GrantPlace } from './grant-places.js';

interface Asked {
  client: AskingClient;
  caller: Caller;
  /** The organisation that decides. */
  place: GrantPlace;
  /** Where the person goes on once the client is approved. */
  next: string;
}

const APPROVES = ['clients:write'];

/** Tells people why a client may not come in. An administrator of the organisation lets it in and goes on. */
@Injectable()
export class ClientPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: PageSessions,
    private readonly decisions: ClientDecisions,
    private readonly clients: ClientsService,
    private readonly trail: AuditTrail,
    private readonly coherence: Coherence,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.approveClient]: {
      post: (asked) => this.people.signedIn(asked, PAGES.account, () => this.approve(asked)),
    },
  };

  async show(reply: FastifyReply, { client, caller, place, next }: Asked): Promise<FastifyReply> {
    const name = isolatedName(client);
    const { clientId } = client;
    if (client.state === 'blocked') {
      const content = html`<p>
        An administrator of ${place.name} has blocked ${name}. Nobody can connect it.
      </p>`;
      return sendPage(reply, this.settings.service.title, { title: 'This program is blocked', content }, 403);
    }
    await this.decisions.ask(clientId, place.id);
    const [member] = await membersById(this.dataSource.manager, place.id, [caller.userId]);
    const fields = [hidden('clientId', clientId), hidden('organization', place.id), hidden('next', next)];
    const hint = isAdministrator(member?.role ?? null)
      ? html`<p>
            You are an administrator: you decide for everybody in the organization. Approve it only if you
            know it, and where it leads.
          </p>
          ${form(PAGES.approveClient, 'Approve and go on', fields)}`
      : html`<p>Ask an administrator to approve it, and tell them its id.</p>`;
    const content = html`<p>
        ${name} is new in ${place.name}. An administrator decides whether it may connect.
      </p>
      ${clientFacts(client)} ${hint}
      <p><a href="${next}">Try again</a></p>`;
    const page = { title: 'This program waits for approval', content };
    return sendPage(reply, this.settings.service.title, page, 403);
  }

  /** Shows that a program's document could not be had, or is none that the service takes. */
  showUnread(reply: FastifyReply, clientId: string, error: Error, next: string): Promise<FastifyReply> {
    const isLater = error instanceof DocumentUnavailable;
    const content = html`<p>
        The program describes itself at <code>${clientId}</code>, and that could not be used:
        ${error.message}.
      </p>
      <p>
        ${isLater ? html`<a href="${next}">Try again</a> in a minute.` : 'Tell this to who makes the program.'}
      </p>`;
    const page = { title: 'This program is not known', content };
    return sendPage(reply, this.settings.service.title, page, isLater ? 502 : 400);
  }

  private async approve(asked: PageRequest): Promise<FastifyReply> {
    const { request, reply, given } = asked;
    const { clientId, organization = '' } = given;
    const next = nextPath(given.next);
    if (clientId === undefined || next === undefined || !isUuid(organization))
      throw new ServiceError('bad_request', 'Start again in the program that you want to connect');
    const caller = await this.people.actingIn(asked, organization);
    const change = {
      request: requestOfForm(request, caller),
      action: 'oauth_client.decide',
      resourceKind: 'oauth_client',
      scopes: APPROVES,
    };
    await this.trail.changeBy(change, (audit) =>
      this.clients.decide(
        { caller, ip: request.ip, scopes: APPROVES },
        clientId,
        'approved',
        audit<ClientRow>(({ state, name }) => ({
          id: clientId,
          metadata: { state: 'approved', before: state, name },
        })),
      ),
    );
    await this.coherence.settle();
    return sendOn(reply, next);
  }
}
