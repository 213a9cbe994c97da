import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ProtectedResource } from '../../access/protected-resource.js';
import { ScopeCatalogue } from '../../access/scope-catalogue.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { IdentityMails } from '../mail/identity-mails.js';
import { grantableScopes } from '../../oauth/grantable-scopes.js';
import { TakenProofs } from '../../oauth/dpop/taken-proofs.js';
import { ClientDecisions } from '../../oauth/clients/client-decisions.js';
import { IdentityAssertions } from '../../oauth/external/assertions/identity-assertions.js';
import { IssuerGrants } from '../../oauth/external/assertions/issuer-grants.js';
import { TokenRing } from '../../oauth/tokens/token-ring.js';
import { DocumentNetwork } from '../../oauth/documents/document-network.js';
import { PasswordAttempts } from '../password-attempts/password-attempts.js';
import { SecondFactorMails } from '../second-factor/second-factor-mails.js';
import { SecondFactors } from '../second-factor/second-factors.js';
import { CompanyProviders } from '../sso/company-providers.js';
import { AuthSecret } from './auth-secret.js';

/** Answers a request, as the library does. */
export type AuthHandler = (request: Request) => Promise<Response>;

/** An instance of the library, with the address that it serves. */
export interface LoadedAuth {
  url: string;
  handle: AuthHandler;
}

/**
 * Loads better-auth when somebody first signs in. It takes most of a second and 50 MB, which a service pays for only
 * where people use it. No session is verified by it.
 */
@Injectable()
export class AuthLibrary {
  private loaded: Promise<LoadedAuth> | undefined;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly secret: AuthSecret,
    private readonly mails: IdentityMails,
    private readonly factors: SecondFactors,
    private readonly factorMails: SecondFactorMails,
    private readonly attempts: PasswordAttempts,
    private readonly companies: CompanyProviders,
    private readonly resource: ProtectedResource,
    private readonly catalogue: ScopeCatalogue,
    private readonly tokens: TokenRing,
    private readonly documents: DocumentNetwork,
    private readonly proofs: TakenProofs,
    private readonly clients: ClientDecisions,
    private readonly assertions: IdentityAssertions,
    private readonly issuerGrants: IssuerGrants,
  ) {}

  /** Waits until the library is loaded. A failed attempt is repeated by the next request. */
  get(): Promise<LoadedAuth> {
    this.loaded ??= this.load().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  private async load(): Promise<LoadedAuth> {
    const [
      { betterAuth },
      { authOptions },
      { authPlugins },
      { findsSingleLabels },
      { findsPeopleAlone },
      { takesOnce },
      { refusesEndedGrants },
      secret,
    ] = await Promise.all([
      import('better-auth'),
      import('./auth-options.js'),
      import('./auth-plugins.js'),
      import('./single-label-address.js'),
      import('./people-alone.js'),
      import('./takes-once.js'),
      import('../oauth/ended-grants.js'),
      this.secret.get(),
    ]);
    const { settings, dataSource, mails, attempts } = this;
    const { url } = this.resource;
    const auth = betterAuth(
      authOptions({
        settings,
        secret,
        url,
        dataSource,
        mails,
        attempts,
        plugins: authPlugins({
          settings,
          dataSource,
          url,
          factors: this.factors,
          factorMails: this.factorMails,
          attempts,
          companies: this.companies,
          oauth: {
            resource: this.resource,
            tokens: this.tokens,
            documents: this.documents,
            clients: this.clients,
            assertions: this.assertions,
            issuerGrants: this.issuerGrants,
            scopes: grantableScopes(this.catalogue),
          },
        }),
      }),
    );
    const { adapter, internalAdapter } = await auth.$context;
    findsSingleLabels(internalAdapter);
    findsPeopleAlone(internalAdapter);
    takesOnce(internalAdapter, this.proofs);
    refusesEndedGrants(adapter);
    return { url, handle: (request) => auth.handler(request) };
  }
}
