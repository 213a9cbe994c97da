import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../access/caller.js';
import { ProtectedResource } from '../../access/protected-resource.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ClientDocuments } from '../../oauth/documents/client-documents.js';
import { DocumentRefused, DocumentUnavailable } from '../../oauth/documents/document-fetch.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { AUTH_PATH } from '../auth/auth-paths.js';
import { sendAnswer } from '../http/auth-answer.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { sendOn } from '../pages/page.js';
import { PAGES, withNext } from '../pages/page-paths.js';
import { PageSessions } from '../pages/page-sessions.js';
import { forOrganization } from './asked-organization.js';
import {
  asksEachTime,
  complete,
  isSilent,
  mixesSilence,
  needsSignIn,
  parametersOf,
} from './authorization-request.js';
import { ClientPages } from './client-pages.js';
import { type GrantPlace, GrantPlaces } from './grant-places.js';

export const AUTHORIZE = '/oauth2/authorize';

/** No organisation: nobody has agreed to anything in it. */
const NOWHERE = '00000000-0000-0000-0000-000000000000';

/**
 * Takes what a client asks a person for (RFC 6749, section 3.1). The person signs in first. Then the library checks the request, and
 * leads the person to the page of consent, or back to the client.
 */
@Injectable()
export class AuthorizationEndpoint {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
    private readonly people: PageSessions,
    private readonly places: GrantPlaces,
    private readonly documents: ClientDocuments,
    private readonly failures: FailedKeyLimiter,
    private readonly resource: ProtectedResource,
    private readonly pages: ClientPages,
  ) {}

  async answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const parameters = parametersOf(request);
    complete(parameters, this.resource, this.settings.oauth.defaultScopes);
    // Nobody may be asked anything, so the library says to the client what is missing.
    if (isSilent(parameters) && (mixesSilence(parameters) || !(await this.people.hasSession(request))))
      return this.refuse(request, reply, parameters);
    const self = `${AUTH_PATH}${AUTHORIZE}?${parameters.toString()}`;
    return this.people.signedIn({ request, reply, given: {} }, self, (caller) =>
      this.forPerson(request, reply, parameters, caller),
    );
  }

  private async forPerson(
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: URLSearchParams,
    caller: Caller,
  ): Promise<FastifyReply> {
    const self = `${AUTH_PATH}${AUTHORIZE}?${parameters.toString()}`;
    if (needsSignIn(parameters, await this.places.signedInAt(caller.sessionId)))
      return isSilent(parameters)
        ? this.refuse(request, reply, parameters)
        : sendOn(reply, `${withNext(PAGES.signIn, self)}&done=fresh`);
    const clientId = parameters.get('client_id') ?? '';
    const places = await this.places.of(caller.userId, clientId);
    try {
      await this.readDocument(request, clientId, places);
    } catch (error) {
      if (!(error instanceof DocumentRefused) && !(error instanceof DocumentUnavailable)) throw error;
      return this.pages.showUnread(reply, clientId, error, self);
    }
    const { place, client } = (await this.places.chosen(clientId, places)) ?? {};
    if (place && client && client.state !== 'approved')
      return this.pages.show(reply, { client, caller, place, next: self });
    const mustAsk = asksEachTime(parameters, client?.isShared ?? false);
    // The library answers `prompt=none` by `consent_required` where nobody has agreed, and leads others to the page, which says what is not known.
    const isOpen = !place || !client || (mustAsk && isSilent(parameters));
    return forOrganization(isOpen ? NOWHERE : place.id, () => this.ask(request, reply, parameters));
  }

  /** Lets the library say to the client why it gets nothing. Nobody has agreed to anything there, so no code is given by it. */
  private refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: URLSearchParams,
  ): Promise<FastifyReply> {
    return forOrganization(NOWHERE, () => this.ask(request, reply, parameters));
  }

  /** Where clients do not come by themselves, only the documents are read that an administrator approved. */
  private async readDocument(
    request: FastifyRequest,
    clientId: string,
    places: readonly GrantPlace[],
  ): Promise<void> {
    const isClosed = this.settings.oauth.registration === 'off';
    if (isClosed && (await this.places.chosen(clientId, places))?.client?.state !== 'approved') return;
    await this.documents.refresh(clientId, async () => {
      const limited = await this.failures.count(request.ip);
      if (limited) throw limited;
    });
  }

  private async ask(
    request: FastifyRequest,
    reply: FastifyReply,
    parameters: URLSearchParams,
  ): Promise<FastifyReply> {
    const answer = await this.exchange.ask(request, reply, {
      path: `${AUTHORIZE}?${parameters.toString()}`,
    });
    reply.header('Cache-Control', 'no-store').header('Referrer-Policy', 'no-referrer');
    const target = await targetIn(answer);
    if (target !== undefined) return reply.code(302).header('Location', target).send();
    await sendAnswer(reply, answer, request.id);
    return reply;
  }
}

/** Returns where the library leads the browser. To programs it says so in JSON. */
async function targetIn(answer: Response): Promise<string | undefined> {
  const location = answer.headers.get('location');
  if (location !== null) return location;
  if (answer.status !== 200) return undefined;
  const { url } = (await answer.clone().json()) as { url?: unknown };
  return typeof url === 'string' ? url : undefined;
}
