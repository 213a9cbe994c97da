import { Injectable } from '@nestjs/common';
import type { Role } from '../../access/roles.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { notFound } from '../../errors/service-error.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { CompanyProviders } from '../sso/company-providers.js';
import { isMfaRequired } from '../second-factor/methods.js';
import { codeField, emailField, form, hidden, passwordField } from './fields.js';
import { html } from './html.js';
import { passCookies, refusalIn, type Refusal } from './library-refusal.js';
import { nextPath } from './next-path.js';
import { companyPath, signInWays, wayPath } from './sign-in-ways.js';
import { sendOn, sendPage } from './page.js';
import type { Form } from './page-form.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { afterForm, PAGES, withNext } from './page-paths.js';
import { PageSessions } from './page-sessions.js';
import { passkeySignIn } from './passkeys/passkey-controls.js';

/** What a page says to somebody whom another one has led to it. */
const NOTICES: Readonly<Record<string, string>> = {
  password: 'Your new password is set. Sign in with it.',
  out: 'You have signed out.',
  fresh: 'Sign in again to go on. What a program asks for needs a sign-in of the last ten minutes.',
  again: 'Sign in again: second factors are changed within ten minutes of a sign-in.',
};

interface SignedIn {
  twoFactorRedirect?: boolean;
  user?: { role: Role };
}

/** Signs people in: by password, then by a second step where the person has one. */
@Injectable()
export class SignInPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
    private readonly companies: CompanyProviders,
    private readonly people: PageSessions,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.signIn]: {
      get: ({ reply, given }) => this.showSignIn({ reply, given }),
      post: (asked) => this.signIn(asked),
    },
    [PAGES.provider]: { get: (asked) => this.toProvider(asked) },
    [PAGES.continue]: {
      get: (asked) => {
        const next = nextPath(asked.given.next) ?? PAGES.account;
        return this.people.signedIn(asked, next, () => this.leadOn(asked, next));
      },
    },
    [PAGES.secondStep]: {
      get: ({ reply, given }) => this.showSecondStep({ reply, given }),
      post: (asked) => this.secondStep(asked),
    },
  };

  private async signIn({ request, reply, given }: PageRequest) {
    const { email = '', password = '' } = given;
    const call = { path: '/sign-in/email', body: { email: email.trim(), password } };
    const answer = await this.exchange.ask(request, reply, call);
    const refusal = await refusalIn(answer);
    if (refusal) return this.showSignIn({ reply, given }, refusal);
    passCookies(reply, answer);
    const { twoFactorRedirect, user } = (await answer.json()) as SignedIn;
    const next = nextPath(given.next);
    if (twoFactorRedirect) return sendOn(reply, withNext(PAGES.secondStep, next));
    const isLimited = user && isMfaRequired(this.settings.identity.mfaRequired, user.role);
    return sendOn(reply, isLimited ? withNext(PAGES.security, next) : (afterForm(next) ?? PAGES.account));
  }

  /** By a header where the page that came before may not lead to where `next` does in the end. */
  private leadOn({ reply }: PageRequest, next: string) {
    if (afterForm(next) === next) return sendOn(reply, next);
    const content = html`<a class="way" href="${next}">Go on</a>`;
    reply.header('Refresh', `0; url=${next}`);
    return sendPage(reply, this.settings.service.title, { title: 'You are signed in', content });
  }

  /** Starts the sign-in at a provider. It gives nobody a session: the provider asks the person. */
  private async toProvider({ request, reply, given }: PageRequest) {
    const { provider = '' } = given;
    if (!signInWays(this.settings).some(({ id }) => id === provider)) throw notFound('Provider');
    const callbackURL = withNext(PAGES.continue, nextPath(given.next));
    const call = { path: '/sign-in/social', body: { provider, callbackURL, errorCallbackURL: PAGES.error } };
    const answer = await this.exchange.ask(request, reply, call);
    const refusal = await refusalIn(answer);
    if (refusal) return this.showSignIn({ reply, given }, refusal);
    passCookies(reply, answer);
    const { url } = (await answer.json()) as { url: string };
    return sendOn(reply, url);
  }

  private async secondStep({ request, reply, given }: PageRequest) {
    const { code = '', kind } = given;
    const path = kind === 'recovery' ? '/two-factor/verify-backup-code' : '/two-factor/verify-totp';
    // Apps show a code in groups.
    const body = { code: code.replaceAll(/\s/g, '') };
    const answer = await this.exchange.ask(request, reply, { path, body });
    const refusal = await refusalIn(answer);
    if (refusal) return this.showSecondStep({ reply, given }, refusal);
    passCookies(reply, answer);
    return sendOn(reply, afterForm(nextPath(given.next)) ?? PAGES.account);
  }

  private async showSignIn({ reply, given }: Pick<PageRequest, 'reply' | 'given'>, refusal?: Refusal) {
    const next = nextPath(given.next);
    const ways = signInWays(this.settings).map(
      (way) => html`<a class="way" href="${wayPath(way, next)}">Sign in with ${way.label}</a>`,
    );
    // A password needs no company: the page is shown whatever becomes of the read.
    if (await this.companies.exist().catch(() => false))
      ways.push(html`<a class="way" href="${companyPath(next)}">Sign in with your company</a>`);
    const fields = [hidden('next', next), emailField(given.email), passwordField()];
    const signUp = html`<p><a href="${PAGES.signUp}">Create an account</a></p>`;
    const content = html`${form(PAGES.signIn, 'Sign in', fields)} ${passkeySignIn(next ?? PAGES.account)}
      ${ways}
      <p><a href="${PAGES.forgotPassword}">I have forgotten my password</a></p>
      ${this.settings.identity.signUp === 'closed' ? undefined : signUp}`;
    const page = {
      title: 'Sign in',
      content,
      error: refusal?.text,
      notice: noticeIn(given),
      hasPasskeys: true,
    };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }

  private showSecondStep({ reply, given }: Pick<PageRequest, 'reply' | 'given'>, refusal?: Refusal) {
    const next = nextPath(given.next);
    const isRecovery = given.kind === 'recovery';
    const other = new URLSearchParams({ ...(!isRecovery && { kind: 'recovery' }), ...(next && { next }) });
    const field = isRecovery
      ? html`<label for="code">Recovery code</label>
          <input
            id="code"
            name="code"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            required
          />`
      : codeField();
    const kind = hidden('kind', isRecovery ? 'recovery' : undefined);
    const content = html`${form(PAGES.secondStep, 'Confirm', [hidden('next', next), kind, field])}
      <p>
        <a href="${PAGES.secondStep}?${other.toString()}"
          >${isRecovery ? 'Use my authenticator app' : 'Use a recovery code'}</a
        >
      </p>
      <p><a href="${PAGES.signIn}">Start again</a></p>`;
    const page = { title: 'Confirm that it is you', content, error: refusal?.text };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }
}

const noticeIn = ({ done }: Form): string | undefined =>
  done !== undefined && Object.hasOwn(NOTICES, done) ? NOTICES[done] : undefined;
