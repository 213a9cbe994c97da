import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { InjectSettings } from '../../../config/settings.module.js';
import type { Settings } from '../../../config/settings.js';
import { type AuthCall, AuthExchange } from '../../http/auth-exchange.js';
import { SecondFactors } from '../../second-factor/second-factors.js';
import type { KnownSession } from '../../sessions/session-ring.js';
import { type Html, html } from '../html.js';
import { passCookies, refusalIn, type Refusal } from '../library-refusal.js';
import { nextPath } from '../next-path.js';
import { sendOn, sendPage } from '../page.js';
import type { PageHandlers, PageRequest } from '../page-handlers.js';
import { afterForm, PAGES, withNext } from '../page-paths.js';
import { PageSessions } from '../page-sessions.js';
import { PASSKEY_SCRIPT, SCRIPT_HEADERS } from '../passkeys/passkey-script.js';
import { type BegunApp, confirmation, enrolmentPage, recoveryCodes } from './enrolment-page.js';
import { securityContent, stepUpContent } from './security-content.js';

const NOTICES: Readonly<Record<string, string>> = {
  app: 'Your authenticator app is added. You are asked for a code from now on.',
  'app-removed': 'The authenticator app is removed.',
  passkey: 'The passkey is added.',
  'passkey-removed': 'The passkey is removed.',
};

/**
 * Lets people add and remove their second factors, also those who need one and have none: they are served nothing else. What is
 * secret is in the answer to a form, never in an address.
 */
@Injectable()
export class SecurityPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
    private readonly factors: SecondFactors,
    private readonly people: PageSessions,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.security]: {
      get: (asked) => this.people.limited(asked, PAGES.security, (session) => this.show(asked, session)),
    },
    [PAGES.beginApp]: { post: (asked) => this.beginApp(asked) },
    [PAGES.confirmApp]: { post: (asked) => this.confirmApp(asked) },
    [PAGES.removeApp]: {
      post: (asked) => {
        const call = { path: '/two-factor/disable', body: passwordIn(asked) };
        return this.change(asked, call, () => sendOn(asked.reply, `${PAGES.security}?done=app-removed`));
      },
    },
    [PAGES.recoveryCodes]: { post: (asked) => this.renewCodes(asked) },
    [PAGES.removePasskey]: {
      post: (asked) => {
        const call = { path: '/passkey/delete-passkey', body: { id: asked.given.id ?? '' } };
        return this.change(asked, call, () => sendOn(asked.reply, `${PAGES.security}?done=passkey-removed`));
      },
    },
    [PAGES.passkeyScript]: {
      get: ({ reply }) =>
        reply.headers(SCRIPT_HEADERS).type('text/javascript; charset=utf-8').send(PASSKEY_SCRIPT),
    },
  };

  private beginApp(asked: PageRequest) {
    const call = { path: '/two-factor/enable', body: passwordIn(asked) };
    return this.change(asked, call, async (answer) => {
      const content = await enrolmentPage((await answer.json()) as BegunApp, nextPath(asked.given.next));
      return this.send(asked, 'Add an authenticator app', content);
    });
  }

  private confirmApp(asked: PageRequest) {
    const next = nextPath(asked.given.next);
    // Apps show a code in groups.
    const code = (asked.given.code ?? '').replaceAll(/\s/g, '');
    return this.change(
      asked,
      { path: '/two-factor/verify-totp', body: { code } },
      () => sendOn(asked.reply, afterForm(next) ?? `${PAGES.security}?done=app`),
      (refusal) =>
        this.send(
          asked,
          'Add an authenticator app',
          html`<p>Write the code that your app shows now for this account.</p>
            ${confirmation(next)}
            <p><a href="${withNext(PAGES.security, next)}">Begin again</a></p>`,
          refusal,
        ),
    );
  }

  private renewCodes(asked: PageRequest) {
    const call = { path: '/two-factor/generate-backup-codes', body: passwordIn(asked) };
    return this.change(asked, call, async (answer) => {
      const { backupCodes } = (await answer.json()) as BegunApp;
      const content = html`${recoveryCodes(backupCodes)}
        <p>The codes before these work no more.</p>
        <p><a href="${PAGES.security}">Back</a></p>`;
      return this.send(asked, 'Your new recovery codes', content);
    });
  }

  /** Asks the library for a change, by its own rules. @param refused shows a refusal, which is on the overview else */
  private change(
    asked: PageRequest,
    call: AuthCall,
    done: (answer: Response) => FastifyReply | Promise<FastifyReply>,
    refused?: (refusal: Refusal) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const { request, reply } = asked;
    return this.people.limited(asked, PAGES.security, async (session) => {
      const answer = await this.exchange.ask(request, reply, call);
      const refusal = await refusalIn(answer);
      if (refusal?.code === 'session_not_fresh')
        return sendOn(reply, `${withNext(PAGES.signIn, PAGES.security)}&done=again`);
      if (refusal) return refused ? refused(refusal) : this.show(asked, session, refusal);
      passCookies(reply, answer);
      return done(answer);
    });
  }

  private async show(asked: PageRequest, session: KnownSession, refusal?: Refusal) {
    const { userId } = session.caller;
    const [factors, passkeys] = await Promise.all([
      this.factors.enrolled(userId),
      this.factors.passkeysOf(userId),
    ]);
    const hasFactor = factors.totp || passkeys.length > 0;
    const isLimited = this.people.isLimited(session);
    const state = { factors, passkeys, isLimited, next: nextPath(asked.given.next) };
    const content = hasFactor && !session.hasSecondFactor ? stepUpContent(state) : securityContent(state);
    return this.send(asked, 'Second factor and passkeys', content, refusal);
  }

  private send({ reply, given }: PageRequest, title: string, content: Html, refusal?: Refusal) {
    const { done } = given;
    const notice = done !== undefined && Object.hasOwn(NOTICES, done) ? NOTICES[done] : undefined;
    const page = { title, content, error: refusal?.text, notice, hasPasskeys: true };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }
}

/** People without a password send none. */
const passwordIn = ({ given: { password } }: PageRequest): { password?: string } =>
  password === undefined ? {} : { password };
