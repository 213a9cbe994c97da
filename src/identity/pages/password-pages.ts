import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { passwordFault } from '../links/password-rule.js';
import { emailField, form, hidden, newPasswordField } from './fields.js';
import { html } from './html.js';
import { refusalIn, type Refusal } from './library-refusal.js';
import { sendOn, sendPage } from './page.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { PAGES } from './page-paths.js';
import { OTHER_FAILURE, textOf } from './page-texts.js';

type Shown = Pick<PageRequest, 'reply' | 'given'>;

/** Pages that links in mails lead to, and the one that asks for such a mail. */
@Injectable()
export class PasswordPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.forgotPassword]: {
      get: ({ reply, given }) => this.showForgotten({ reply, given }),
      post: (asked) => this.askForMail(asked),
    },
    [PAGES.resetPassword]: {
      get: ({ reply, given }) => this.showReset({ reply, given }),
      post: (asked) => this.reset(asked),
    },
    [PAGES.verified]: { get: (asked) => this.verified(asked) },
    [PAGES.error]: { get: ({ reply, given }) => this.failed(reply, given.error) },
  };

  private async askForMail({ request, reply, given }: PageRequest) {
    const body = { email: (given.email ?? '').trim() };
    const answer = await this.exchange.ask(request, reply, { path: '/request-password-reset', body });
    const refusal = await refusalIn(answer);
    if (refusal) {
      const error = { ...refusal, text: textOf('invalid_email')! };
      return this.showForgotten({ reply, given }, refusal.status === 400 ? error : refusal);
    }
    const content = html`<p>
        If there is an account with the address ${body.email}, we have sent a mail to it. Its link works for
        an hour.
      </p>
      <p><a href="${PAGES.signIn}">Sign in</a></p>`;
    return sendPage(reply, this.settings.service.title, { title: 'Look into your mails', content });
  }

  private async reset({ request, reply, given }: PageRequest) {
    const { token = '', password = '' } = given;
    const fault = passwordFault(password);
    if (fault) return this.showReset({ reply, given }, { status: 400, text: fault });
    const call = { path: '/reset-password', body: { token, newPassword: password } };
    const refusal = await refusalIn(await this.exchange.ask(request, reply, call));
    return refusal
      ? this.showReset({ reply, given }, refusal)
      : sendOn(reply, `${PAGES.signIn}?done=password`);
  }

  private verified({ reply, given }: Shown) {
    if (given.error !== undefined) return this.failed(reply, given.error);
    const content = html`<p>Your e-mail address is confirmed.</p>
      <p><a href="${PAGES.signIn}">Sign in</a></p>`;
    return sendPage(reply, this.settings.service.title, { title: 'Address confirmed', content });
  }

  private failed(reply: PageRequest['reply'], code = '') {
    const content = html`<p><a href="${PAGES.signIn}">Sign in</a></p>`;
    const page = { title: 'That did not work', content, error: textOf(code) ?? OTHER_FAILURE };
    return sendPage(reply, this.settings.service.title, page, 400);
  }

  private showForgotten({ reply, given }: Shown, refusal?: Refusal) {
    const content = html`<p>We send you a mail with a link, by which you choose a new one.</p>
      ${form(PAGES.forgotPassword, 'Send the mail', [emailField(given.email)])}
      <p><a href="${PAGES.signIn}">Sign in</a></p>`;
    const page = { title: 'Forgotten password', content, error: refusal?.text };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }

  private showReset({ reply, given }: Shown, refusal?: Refusal) {
    if (!given.token) return this.failed(reply, 'invalid_token');
    const content = html`${form(PAGES.resetPassword, 'Set the password', [
        hidden('token', given.token),
        newPasswordField(),
      ])}
      <p><a href="${PAGES.forgotPassword}">Ask for another link</a></p>`;
    const page = { title: 'Choose a new password', content, error: refusal?.text };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }
}
