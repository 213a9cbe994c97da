import { Injectable } from '@nestjs/common';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { ServiceError } from '../../errors/service-error.js';
import { isPersonName } from '../auth/person-name.js';
import { AuthExchange } from '../http/auth-exchange.js';
import { passwordFault } from '../links/password-rule.js';
import { emailField, form, nameField, newPasswordField } from './fields.js';
import { html } from './html.js';
import { refusalIn, type Refusal } from './library-refusal.js';
import { sendPage } from './page.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { PAGES } from './page-paths.js';
import { textOf } from './page-texts.js';

/** Lets people make an account where `SIGN_UP` allows it. What is said does not tell whether an address is known. */
@Injectable()
export class SignUpPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly exchange: AuthExchange,
  ) {}

  readonly handlers: Readonly<Record<string, PageHandlers>> = {
    [PAGES.signUp]: {
      get: ({ reply, given }) => {
        this.assertOpen();
        return this.show({ reply, given });
      },
      post: (asked) => {
        this.assertOpen();
        return this.signUp(asked);
      },
    },
  };

  private async signUp({ request, reply, given }: PageRequest) {
    const { password = '' } = given;
    const [name, email] = [given.name, given.email].map((text) => (text ?? '').trim()) as [string, string];
    const fault = isPersonName(name) ? passwordFault(password) : textOf('invalid_name');
    if (fault !== undefined) return this.show({ reply, given }, { status: 400, text: fault });
    const answer = await this.exchange.ask(request, reply, {
      path: '/sign-up/email',
      body: { name, email, password },
    });
    const refusal = await refusalIn(answer);
    if (refusal) return this.show({ reply, given }, refusal);
    const content = html`<p>
        We have sent a mail to ${email}. Confirm by its link that the address is yours, within an hour, and
        sign in then.
      </p>
      <p><a href="${PAGES.signIn}">Sign in</a></p>`;
    return sendPage(reply, this.settings.service.title, { title: 'Look into your mails', content });
  }

  private show({ reply, given }: Pick<PageRequest, 'reply' | 'given'>, refusal?: Refusal) {
    const fields = [nameField(given.name), emailField(given.email), newPasswordField()];
    const content = html`${form(PAGES.signUp, 'Create the account', fields)}
      <p><a href="${PAGES.signIn}">I have an account</a></p>`;
    const isForeign = refusal?.code === 'sign_up_closed';
    const error = isForeign ? 'Nobody makes an account with an address of this domain.' : refusal?.text;
    const page = { title: 'Create an account', content, error };
    return sendPage(reply, this.settings.service.title, page, refusal?.status);
  }

  private assertOpen(): void {
    if (this.settings.identity.signUp === 'closed')
      throw new ServiceError(
        'not_found',
        'Nobody makes an account here without an invitation. Ask an administrator for one.',
      );
  }
}
