import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../../access/caller.js';
import { isElevated } from '../../../access/scopes.js';
import { AuditTrail } from '../../../audit/recording/audit-trail.js';
import { InjectSettings } from '../../../config/settings.module.js';
import type { Settings } from '../../../config/settings.js';
import { ServiceError } from '../../../errors/service-error.js';
import { ClientDecisions } from '../../../oauth/clients/client-decisions.js';
import { dataScopesIn } from '../../../oauth/grantable-scopes.js';
import { FailedKeyLimiter } from '../../../rate-limit/failed-key.limiter.js';
import { hidden } from '../../pages/fields.js';
import { type Html, html } from '../../pages/html.js';
import { sendOn, sendPage } from '../../pages/page.js';
import type { PageHandlers, PageRequest } from '../../pages/page-handlers.js';
import { PAGES, withNext } from '../../pages/page-paths.js';
import { PageSessions } from '../../pages/page-sessions.js';
import { isolatedName, nameOf } from '../client-name.js';
import { publisherOf } from '../client-facts.js';
import { ClientPages } from '../client-pages.js';
import { allowNothing, ConsentFields, NOTHING_LEFT, placeField, scopesLeft } from '../consent-fields.js';
import { firstOf, GrantPlaces, namedPlace } from '../grant-places.js';
import { recordConsent } from '../consent-record.js';
import { DeviceCodes, type WaitingCode } from './device-codes.js';
import { spelled, userCodeIn } from './device-user-code.js';

/**
 * Asks a person about a program that shows a code, such as a command line (RFC 8628, section 3.3). Whoever sends people a link to this
 * page wants them to agree to somebody else's program, so the page says what to compare.
 */
@Injectable()
export class DevicePages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly people: PageSessions,
    private readonly codes: DeviceCodes,
    private readonly decisions: ClientDecisions,
    private readonly places: GrantPlaces,
    private readonly clients: ClientPages,
    private readonly fields: ConsentFields,
    private readonly failures: FailedKeyLimiter,
    private readonly trail: AuditTrail,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.device]: {
      get: (asked) => {
        const { user_code: code } = asked.given;
        return this.people.signedIn(asked, pageOf(code), (caller) =>
          code === undefined ? this.askForCode(asked) : this.show(asked, code, caller),
        );
      },
      post: (asked) => {
        const { user_code: code = '' } = asked.given;
        return this.people.signedIn(asked, pageOf(code), (caller) => this.decide(asked, code, caller));
      },
    },
  };

  private askForCode({ reply }: PageRequest, error?: string): Promise<FastifyReply> {
    const content = html`<form method="get" action="${PAGES.device}">
      <label for="user_code">The code that the program shows</label>
      <input
        id="user_code"
        name="user_code"
        autocomplete="off"
        autocapitalize="characters"
        required
        maxlength="20"
      />
      <button type="submit">Go on</button>
    </form>`;
    const page = { title: 'Connect a program', content, error };
    return sendPage(reply, this.settings.service.title, page, error === undefined ? 200 : 400);
  }

  private async show(
    asked: PageRequest,
    typed: string,
    caller: Caller,
    error?: string,
  ): Promise<FastifyReply> {
    const code = await this.find(asked, typed);
    if (!code) return this.askForCode(asked, OVER);
    const places = await this.places.of(caller.userId, code.clientId);
    const { place, client } = (await this.places.chosen(code.clientId, places)) ?? {};
    if (!place || !client) return this.askForCode(asked, OVER);
    if (client.state !== 'approved')
      return this.clients.show(asked.reply, {
        client,
        caller,
        place,
        next: pageOf(typed),
      });
    const name = isolatedName(client);
    const publisher = publisherOf(client.clientId);
    const userCode = spelled(userCodeIn(typed));
    const content = html`<p>
        ${name} asks to act for you, ${caller.name} (${caller.email}). Go on only if you have just started it
        yourself, and it shows this code. Refuse if somebody sent you the code or a link to this page.
      </p>
      <dl>
        <dt>The code</dt>
        <dd><strong>${userCode}</strong></dd>
        <dt>Published by</dt>
        <dd>${publisher === undefined ? 'Nobody has checked who' : html`<strong>${publisher}</strong>`}</dd>
      </dl>
      <form method="post" action="${PAGES.device}">
        ${hidden('user_code', userCode)} ${placeField(firstOf(places, place))}
        ${this.fields.scopes(code.scopes)}
        <button type="submit" name="decision" value="allow">Allow</button>
        <button type="submit" name="decision" value="refuse" class="quiet">Refuse</button>
      </form>
      <p class="hint">Program: <code>${client.clientId}</code>. You can end this at any time.</p>`;
    const page = { title: `Connect ${nameOf(client)}?`, heading: html`Connect ${name}?`, content, error };
    return sendPage(asked.reply, this.settings.service.title, page, error === undefined ? 200 : 400);
  }

  private async decide(asked: PageRequest, typed: string, caller: Caller): Promise<FastifyReply> {
    const { given, reply } = asked;
    if (given.decision !== 'allow' && given.decision !== 'refuse')
      throw new ServiceError('bad_request', 'Allow or refuse');
    const code = await this.find(asked, typed);
    if (!code) return this.askForCode(asked, OVER);
    if (given.decision === 'refuse') {
      if (!(await this.codes.refuse(code, caller.userId))) return this.askForCode(asked, OVER);
      await recordConsent(this.trail, asked.request, {
        caller,
        clientId: code.clientId,
        organizationId: caller.organizationId,
        isAllowed: false,
        scopes: [],
        byCode: true,
      });
      return this.done(reply, html`Nothing was connected.`);
    }
    const scopes = scopesLeft(code.scopes, given);
    if (allowNothing(scopes)) return this.show(asked, typed, caller, NOTHING_LEFT);
    const places = await this.places.of(caller.userId, code.clientId);
    const place = namedPlace(places, given.organization);
    const client = await this.decisions.find(code.clientId, place.id);
    if (!client) return this.askForCode(asked, OVER);
    if (client.state !== 'approved')
      return this.clients.show(reply, { client, caller, place, next: pageOf(typed) });
    if (dataScopesIn(scopes).some(isElevated) && !(await this.places.isFresh(caller)))
      return sendOn(reply, `${withNext(PAGES.signIn, pageOf(typed))}&done=fresh`);
    const allowed = { userId: caller.userId, organizationId: place.id, scopes };
    if (!(await this.codes.allow(code, allowed))) return this.askForCode(asked, OVER);
    await recordConsent(this.trail, asked.request, {
      caller,
      clientId: code.clientId,
      organizationId: place.id,
      isAllowed: true,
      scopes,
      byCode: true,
    });
    return this.done(reply, html`${isolatedName(client)} is connected.`);
  }

  /**
   * Each look counts as a wrong key, and before anything is known of the code: else a right one would pass where wrong ones are refused
   * already, and be found by that. @throws ServiceError `rate_limited`
   */
  private async find({ request }: PageRequest, typed: string): Promise<WaitingCode | undefined> {
    const limited = await this.failures.count(request.ip);
    if (limited) throw limited;
    return this.codes.find(userCodeIn(typed));
  }

  private done(reply: FastifyReply, text: Html): Promise<FastifyReply> {
    const content = html`<p>${text} Go back to the program. You can close this page.</p>`;
    return sendPage(reply, this.settings.service.title, { title: 'Done', content });
  }
}

const OVER = 'No program waits with this code. Look at it again, or start again in the program.';

const pageOf = (code: string | undefined): string =>
  code === undefined ? PAGES.device : `${PAGES.device}?user_code=${encodeURIComponent(code)}`;
