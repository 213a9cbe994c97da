import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { isElevated } from '../../access/scopes.js';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import { type AskingClient, ClientDecisions } from '../../oauth/clients/client-decisions.js';
import { dataScopesIn } from '../../oauth/grantable-scopes.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { hidden } from '../pages/fields.js';
import { html } from '../pages/html.js';
import { refusalIn } from '../pages/library-refusal.js';
import { sendOn, sendPage } from '../pages/page.js';
import type { PageHandlers, PageRequest } from '../pages/page-handlers.js';
import { PAGES, withNext } from '../pages/page-paths.js';
import { PageSessions } from '../pages/page-sessions.js';
import { forOrganization } from './asked-organization.js';
import { scopesIn } from './authorization-request.js';
import { isolatedName, nameOf } from './client-name.js';
import { publisherOf } from './client-facts.js';
import { ClientPages } from './client-pages.js';
import { allowNothing, ConsentFields, NOTHING_LEFT, placeField, scopesLeft } from './consent-fields.js';
import { recordConsent } from './consent-record.js';
import { firstOf, type GrantPlace, GrantPlaces, namedPlace } from './grant-places.js';
import { formTargetOf, placeOf } from './redirect-places.js';
import { SignedQuestions } from './signed-questions.js';

/** What the person is asked, as the signed query of the library has it. */
interface Question {
  query: string;
  parameters: URLSearchParams;
  clientId: string;
  redirectUri: URL;
}

/**
 * Asks a person whether a client may act for the person. The person may take scopes away. Which program it is is not known for
 * sure, so the page says where it leads.
 */
@Injectable()
export class ConsentPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly people: PageSessions,
    private readonly exchange: AuthExchange,
    private readonly decisions: ClientDecisions,
    private readonly places: GrantPlaces,
    private readonly clients: ClientPages,
    private readonly fields: ConsentFields,
    private readonly trail: AuditTrail,
    private readonly questions: SignedQuestions,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.consent]: {
      get: (asked) => this.open(asked, asked.request.url.split('?').slice(1).join('?')),
      readsQuery: true,
      post: (asked) => this.decide(asked),
    },
  };

  private async open(asked: PageRequest, query: string, error?: string): Promise<FastifyReply> {
    const question = await this.questionIn(query);
    return this.people.signedIn(asked, pageOf(query), async (caller) => {
      const places = await this.places.of(caller.userId, question.clientId);
      const { place, client } = (await this.places.chosen(question.clientId, places)) ?? {};
      if (!place || !client) throw unknownClient();
      if (client.state !== 'approved')
        return this.clients.show(asked.reply, { client, caller, place, next: pageOf(query) });
      return this.show(asked.reply, question, { client, caller, places: firstOf(places, place) }, error);
    });
  }

  private show(
    reply: FastifyReply,
    { query, parameters, redirectUri }: Question,
    { client, caller, places }: { client: AskingClient; caller: Caller; places: readonly GrantPlace[] },
    error: string | undefined,
  ): Promise<FastifyReply> {
    const name = isolatedName(client);
    const publisher = publisherOf(client.clientId);
    const content = html`<p>
        ${name} asks to act for you, ${caller.name} (${caller.email}). Go on only if you have just started
        this yourself.
      </p>
      <dl>
        <dt>Published by</dt>
        <dd>${publisher === undefined ? 'Nobody has checked who' : html`<strong>${publisher}</strong>`}</dd>
        <dt>Your answer is sent to</dt>
        <dd><strong>${placeOf(redirectUri)}</strong></dd>
      </dl>
      <form method="post" action="${PAGES.consent}">
        ${hidden('query', query)} ${placeField(places)} ${this.fields.scopes(scopesIn(parameters))}
        <button type="submit" name="decision" value="allow">Allow</button>
        <button type="submit" name="decision" value="refuse" class="quiet">Refuse</button>
      </form>
      <p class="hint">Program: <code>${client.clientId}</code>. You can end this at any time.</p>`;
    const page = {
      title: `Connect ${nameOf(client)}?`,
      heading: html`Connect ${name}?`,
      content,
      error,
      leadsTo: formTargetOf(redirectUri),
    };
    return sendPage(reply, this.settings.service.title, page, error === undefined ? 200 : 400);
  }

  private async decide(asked: PageRequest): Promise<FastifyReply> {
    const { given, reply } = asked;
    const query = given.query ?? '';
    const question = await this.questionIn(query);
    return this.people.signedIn(asked, pageOf(query), async (caller) => {
      if (given.decision !== 'allow' && given.decision !== 'refuse')
        throw new ServiceError('bad_request', 'Allow or refuse');
      const isAllowed = given.decision === 'allow';
      const scopes = scopesLeft(scopesIn(question.parameters), given);
      if (isAllowed && allowNothing(scopes)) return this.open(asked, query, NOTHING_LEFT);
      const places = await this.places.of(caller.userId, question.clientId);
      const place = namedPlace(places, given.organization);
      const client = await this.decisions.find(question.clientId, place.id);
      if (!client) throw unknownClient();
      if (client.state !== 'approved')
        return this.clients.show(reply, { client, caller, place, next: pageOf(query) });
      if (isAllowed && dataScopesIn(scopes).some(isElevated) && !(await this.places.isFresh(caller)))
        return sendOn(reply, `${withNext(PAGES.signIn, pageOf(query))}&done=fresh`);
      return this.answer(asked, question, { caller, place, isAllowed, scopes });
    });
  }

  private async answer(
    { request, reply }: PageRequest,
    { query, clientId, parameters }: Question,
    given: { caller: Caller; place: GrantPlace; isAllowed: boolean; scopes: readonly string[] },
  ): Promise<FastifyReply> {
    const { caller, place, isAllowed, scopes } = given;
    const body = { accept: isAllowed, oauth_query: query, ...(isAllowed && { scope: scopes.join(' ') }) };
    const grant = { userId: caller.userId, clientId, organizationId: place.id };
    const before = await this.places.scopesOf(grant);
    const answer = await forOrganization(place.id, () =>
      this.exchange.ask(request, reply, { path: '/oauth2/consent', body }),
    );
    const refusal = await refusalIn(answer);
    if (refusal) throw new ServiceError('bad_request', 'This request is over. Start again in the program.');
    const { url } = (await answer.json()) as { url: string };
    // What was not asked about now, perhaps by the same program elsewhere, stays as the person left it.
    const asked = scopesIn(parameters);
    const others = before.filter((scope) => !asked.includes(scope));
    if (isAllowed && others.length > 0) await this.places.setScopes(grant, [...scopes, ...others]);
    await recordConsent(this.trail, request, {
      caller,
      clientId,
      organizationId: place.id,
      isAllowed,
      scopes,
    });
    return sendOn(reply, url);
  }

  /** @throws ServiceError for what the library has not asked, or asked too long ago */
  private async questionIn(query: string): Promise<Question> {
    const parameters = new URLSearchParams(query);
    await this.questions.assertAsked(parameters);
    const redirectUri = new URL(parameters.get('redirect_uri')!);
    return { query, parameters, clientId: parameters.get('client_id')!, redirectUri };
  }
}

const pageOf = (query: string): string => `${PAGES.consent}?${query}`;

const unknownClient = () => new ServiceError('not_found', 'This program is not known here');
