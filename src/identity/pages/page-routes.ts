import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import type { ServiceError } from '../../errors/service-error.js';
import { isFromOwnPage } from '../sessions/own-origin.js';
import { csrfRefused } from '../sessions/session-errors.js';
import { ClientPages } from '../oauth/client-pages.js';
import { ConsentPages } from '../oauth/consent-pages.js';
import { DevicePages } from '../oauth/device/device-pages.js';
import { AccountPages } from './account-pages.js';
import { CompanyPages } from './company-pages.js';
import { html } from './html.js';
import { LinkPages } from './link-pages.js';
import { sendPage } from './page.js';
import { formOf, queryOf } from './page-form.js';
import type { PageHandler } from './page-handlers.js';
import { PAGES } from './page-paths.js';
import { PasswordPages } from './password-pages.js';
import { SecurityPages } from './security/security-pages.js';
import { SignInPages } from './sign-in-pages.js';
import { SignUpPages } from './sign-up-pages.js';
import { textOf } from './page-texts.js';

const BODY_BYTES = 16 * 1024;

/** Returns what the HTTP server makes of any error. */
export type ToServiceError = (error: unknown) => ServiceError;

/**
 * Serves the pages for people, which need no script but for passkeys. Each form must come from a page of the service itself, that of
 * a sign-in too: else another site could sign a person in as somebody else, and see what the person then does.
 */
@Injectable()
export class PageRoutes {
  private readonly logger = new Logger(PageRoutes.name);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly signIn: SignInPages,
    private readonly passwords: PasswordPages,
    private readonly links: LinkPages,
    private readonly account: AccountPages,
    private readonly company: CompanyPages,
    private readonly signUp: SignUpPages,
    private readonly security: SecurityPages,
    private readonly consent: ConsentPages,
    private readonly clients: ClientPages,
    private readonly device: DevicePages,
  ) {}

  /** Adds the pages to the scope of `/auth/*`, where bodies are read as bytes. */
  addTo(fastify: FastifyInstance, toServiceError: ToServiceError): void {
    void fastify.register((scope, _options, done) => {
      scope.setErrorHandler((error, _request, reply) => this.refuse(reply, toServiceError(error)));
      const { signIn, passwords, links, account, company, signUp, security, consent, clients, device } = this;
      const pages = [signIn, passwords, links, account, company, signUp, security, consent, clients, device];
      for (const { handlers } of pages)
        for (const [url, { get, readsQuery, post }] of Object.entries(handlers)) {
          if (get)
            scope.get(url, (request, reply) =>
              get({ request, reply, given: readsQuery ? {} : queryOf(request) }),
            );
          if (post)
            scope.post(url, { bodyLimit: BODY_BYTES }, (request, reply) => this.take(request, reply, post));
        }
      done();
    });
  }

  private take(request: FastifyRequest, reply: FastifyReply, post: PageHandler) {
    if (!isFromOwnPage(request, this.settings)) throw csrfRefused();
    return post({ request, reply, given: formOf(request) });
  }

  private refuse(reply: FastifyReply, { status, code, message, options }: ServiceError) {
    if (status === 500) this.logger.error(options.cause instanceof Error ? options.cause.message : message);
    const content = html`<p><a href="${PAGES.signIn}">Sign in</a></p>`;
    const page = { title: 'That did not work', content, error: textOf(code) ?? message };
    return sendPage(reply.headers(options.headers ?? {}), this.settings.service.title, page, status);
  }
}
