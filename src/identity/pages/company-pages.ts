import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { emailField, form, hidden } from './fields.js';
import { html } from './html.js';
import { passCookies, refusalIn, type Refusal } from './library-refusal.js';
import { nextPath } from './next-path.js';
import { sendPage } from './page.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { PAGES, withNext } from './page-paths.js';

/** Leads people to the provider of their company, which is found by their address. */
@Injectable()
export class CompanyPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.company]: {
      get: ({ reply, given }) => this.show({ reply, given }),
      post: (asked) => this.leadOn(asked),
    },
  };

  /**
   * The policy of the pages lets no form end at another site, not even by a redirect. The browser therefore goes on from a page of
   * its own, by a header, and by a link where the header is not followed.
   */
  private async leadOn({ request, reply, given }: PageRequest) {
    const email = (given.email ?? '').trim();
    const callbackURL = withNext(PAGES.continue, nextPath(given.next));
    const body = { email, callbackURL, errorCallbackURL: PAGES.error };
    const answer = await this.exchange.ask(request, reply, { path: '/sign-in/sso', body });
    const refusal = await refusalIn(answer);
    if (refusal) return this.show({ reply, given }, refusal);
    passCookies(reply, answer);
    const { url, name } = (await answer.json()) as { url: string; name: string };
    const content = html`<p>Your company says who you are.</p>
      <a class="way" href="${url}">Continue to ${name}</a>
      <p><a href="${PAGES.signIn}">Sign in another way</a></p>`;
    reply.header('Refresh', `0; url=${url}`);
    return sendPage(reply, this.settings.service.title, { title: `Sign in with ${name}`, content });
  }

  private show({ reply, given }: Pick<PageRequest, 'reply' | 'given'>, refusal?: Refusal) {
    const fields = [hidden('next', nextPath(given.next)), emailField(given.email)];
    const content = html`<p>Your company’s own sign-in is found by your e-mail address.</p>
      ${form(PAGES.company, 'Continue', fields)}
      <p><a href="${PAGES.signIn}">Sign in another way</a></p>`;
    const page = { title: 'Sign in with your company', content, error: refusal?.text };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }
}
