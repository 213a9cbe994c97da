import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../../audit/recording/audit-trail.js';
import { Coherence } from '../../coherence/coherence.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { knownError } from '../../errors/known-error.js';
import { FailedKeyLimiter } from '../../rate-limit/failed-key.limiter.js';
import { InvitationAcceptance } from '../invitations/invitation-acceptance.js';
import { PasswordLinks } from '../links/password-links.js';
import { passwordFault } from '../links/password-rule.js';
import { form, hidden, newPasswordField, ownerField } from './fields.js';
import { html } from './html.js';
import { sendOn, sendPage } from './page.js';
import type { PageHandlers, PageRequest } from './page-handlers.js';
import { nextPath } from './next-path.js';
import { PAGES } from './page-paths.js';

const CONSOLE = '/console';

/** What a page with a one-time link does, which is the same but for its words and its service. */
interface LinkPage {
  path: string;
  action: string;
  title: string;
  about(service: string): string;
  find(secret: string): Promise<{ email: string }>;
  use(request: PageRequest['request'], secret: string, password: string): Promise<unknown>;
}

/** Pages of one-time links, by which people choose a password without having had one. */
@Injectable()
export class LinkPages {
  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly invitations: InvitationAcceptance,
    private readonly links: PasswordLinks,
    private readonly trail: AuditTrail,
    private readonly failures: FailedKeyLimiter,
    private readonly coherence: Coherence,
  ) {}

  get handlers(): Readonly<Record<string, PageHandlers>> {
    return {
      [PAGES.invitation]: this.handlersOf({
        path: PAGES.invitation,
        action: 'invitation.accept',
        title: 'Accept the invitation',
        about: (service) => `You are invited to ${service}. Choose a password to accept.`,
        find: (secret) => this.invitations.find(secret),
        use: (request, secret, password) => this.invitations.accept(request, secret, password),
      }),
      [PAGES.oneTimeLink]: this.handlersOf({
        path: PAGES.oneTimeLink,
        action: 'password_link.use',
        title: 'Choose your password',
        about: (service) => `By it you sign in to ${service}. This link works once.`,
        find: (secret) => this.links.ownerOf(secret),
        use: (request, secret, password) => this.links.use(request, secret, password),
      }),
    };
  }

  private handlersOf(page: LinkPage): PageHandlers {
    return {
      get: (asked) => this.refusing(asked, page, () => this.show(asked, page)),
      post: (asked) => this.refusing(asked, page, () => this.use(asked, page)),
    };
  }

  private async use(asked: PageRequest, page: LinkPage) {
    const { request, reply, given } = asked;
    const { secret = '', password = '' } = given;
    const fault = passwordFault(password);
    if (fault) return this.show(asked, page, fault);
    await page.use(request, secret, password);
    await this.coherence.settle();
    const next = this.nextOf(asked);
    const query = new URLSearchParams({ done: 'password', ...(next !== undefined && { next }) });
    return sendOn(reply, `${PAGES.signIn}?${query.toString()}`);
  }

  /** Where the person is led after signing in: what the link says, or else the console. */
  private nextOf({ given }: PageRequest): string | undefined {
    return nextPath(given.next) ?? (this.settings.console.isServed ? CONSOLE : undefined);
  }

  private async show(asked: PageRequest, page: LinkPage, error?: string) {
    const { reply, given } = asked;
    const { secret = '' } = given;
    const { email } = await page.find(secret);
    const { title: service } = this.settings.service;
    const fields = [
      hidden('secret', secret),
      hidden('next', this.nextOf(asked)),
      ownerField(email),
      newPasswordField(),
    ];
    const content = html`<p>${page.about(service)}</p>
      ${form(page.path, 'Set the password', fields)}`;
    return sendPage(reply, service, { title: page.title, content, error }, error === undefined ? 200 : 400);
  }

  /** Counts and records a refusal, as of whoever guesses keys. */
  private async refusing(
    { request }: PageRequest,
    { action }: LinkPage,
    work: () => Promise<PageRequest['reply']>,
  ) {
    try {
      return await work();
    } catch (error) {
      const refusal = knownError(error);
      if (!refusal || refusal.status >= 500) throw error;
      await this.trail.attempted(
        { request, action },
        'denied',
        refusal.options.reason ?? refusal.code,
        undefined,
      );
      throw (await this.failures.count(request.ip)) ?? refusal;
    }
  }
}
