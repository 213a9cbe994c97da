import type { OAuthProvider } from '@better-auth/core/oauth2';
import type { GenericEndpointContext } from 'better-auth';
import { generateIdTokenNonce, generateState, parseState } from 'better-auth/oauth2';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { proving } from '../federation/account-linking.js';
import { OidcDiscovery } from '../federation/oidc-discovery.js';
import { oidcProvider } from '../federation/oidc-provider.js';
import type { Company, CompanyProviders } from './company-providers.js';
import { codeOf, refuse, signInPerson } from './company-session.js';
import { callbackUrlOf } from './sso-paths.js';

const MAX_ISSUERS = 200;
const SCOPES = ['openid', 'email', 'profile'];

/** What a provider sends back in the address of the callback. */
interface Answer {
  code?: string | undefined;
  error?: string | undefined;
  iss?: string | undefined;
}

/** Signs people in by the OpenID Connect provider of their company. */
export class OidcSignIn {
  /** What issuers have said of their endpoints and keys, which is kept for a while. */
  private readonly discoveries = new LRUCache<string, OidcDiscovery>({ max: MAX_ISSUERS });

  constructor(
    private readonly companies: CompanyProviders,
    private readonly dataSource: DataSource,
    private readonly url: string,
  ) {}

  /** Returns the address of the provider. @throws APIError `PROVIDER_UNAVAILABLE` while it does not answer */
  async begin(context: GenericEndpointContext, company: Company, email: string | undefined): Promise<string> {
    const provider = await this.providerOf(company);
    const idTokenNonce = generateIdTokenNonce(provider);
    const { state, codeVerifier } = await generateState(context, {
      additionalData: { companyId: company.id },
      idTokenNonce,
    });
    const redirectURI = callbackUrlOf(this.url, company);
    const asked = { state, codeVerifier, idTokenNonce, redirectURI, loginHint: email };
    return (await provider.createAuthorizationURL(asked)).href;
  }

  /** @throws the redirect that answers the browser */
  async end(context: GenericEndpointContext, providerId: string, answer: Answer): Promise<never> {
    const known = await parseState(context);
    const targets = { callbackURL: known.callbackURL, errorURL: known.errorURL! };
    if (known.companyId !== providerId) return refuse(context, targets, 'state_mismatch');
    const { code, error, iss } = answer;
    if (error !== undefined)
      return refuse(context, targets, /^\w{1,64}$/.test(error) ? error : 'refused_by_provider');
    if (code === undefined) return refuse(context, targets, 'no_code');
    const company = await this.companies.byId(providerId);
    if (company?.kind !== 'oidc') return refuse(context, targets, 'connection_not_found');
    if (iss !== undefined && iss !== company.issuer) return refuse(context, targets, 'issuer_mismatch');
    const provider = await this.providerOf(company);
    const { codeVerifier, idTokenNonce } = known;
    const redirectURI = callbackUrlOf(this.url, company);
    const tokens = await provider
      .validateAuthorizationCode({ code, codeVerifier, redirectURI })
      .catch((reason: unknown) => refuse(context, targets, codeOf(reason) ?? 'invalid_code'));
    if (!tokens) return refuse(context, targets, 'invalid_code');
    const found = await provider.getUserInfo({ ...tokens, expectedIdTokenNonce: idTokenNonce });
    if (!found?.user.email) return refuse(context, targets, 'unable_to_get_user_info');
    const { email, emailVerified, name } = found.user;
    const { sub: subject } = found.data as { sub: string };
    await this.companies.noteUse(company.id);
    return signInPerson(context, company.id, { subject, email, emailVerified, name: name ?? email }, targets);
  }

  private async providerOf(company: Company): Promise<OAuthProvider> {
    const { id, name, issuer, clientId, domains } = company;
    const client = { id: clientId!, secret: await this.companies.secretOf(company) };
    const source = { id, name, issuer, client, scopes: SCOPES, domains };
    return proving(oidcProvider(source, this.discoveryOf(issuer)), this.dataSource);
  }

  private discoveryOf(issuer: string): OidcDiscovery {
    const discovery = this.discoveries.get(issuer) ?? new OidcDiscovery(issuer);
    this.discoveries.set(issuer, discovery);
    return discovery;
  }
}
