import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { GenericEndpointContext } from 'better-auth';
import type { DataSource } from 'typeorm';
import { lineText } from '../../../validation/line-text.js';
import { nameFor, proveAddress } from '../../federation/account-linking.js';
import { PAGES } from '../../pages/page-paths.js';
import type { Company, CompanyProviders } from '../company-providers.js';
import { refuse, signInPerson } from '../company-session.js';
import { serviceProviderOf } from '../sso-paths.js';
import { type BegunSignIn, keepBegun, takeBegun } from './saml-cookie.js';
import type { Asserted } from './saml-expected.js';
import { SamlRefusal } from './saml-refusal.js';
import { metadataOf, requestUrl } from './saml-request.js';
import { readResponse } from './saml-response.js';
import { takeAnswer } from './taken-answers.js';
import { decodedXml } from './xml.js';

const logger = new Logger('Identity');

/** The form that a provider has the browser send. */
interface Answer {
  SAMLResponse: string;
  RelayState?: string | undefined;
}

/** Signs people in by the SAML 2.0 provider of their company. Only the service begins a sign-in, and one that this browser began ends. */
export class SamlSignIn {
  constructor(
    private readonly companies: CompanyProviders,
    private readonly dataSource: DataSource,
    private readonly url: string,
  ) {}

  /** Returns the address of the provider. */
  async begin(context: GenericEndpointContext, company: Company): Promise<string> {
    const requestId = `_${randomBytes(20).toString('hex')}`;
    const relayState = randomBytes(20).toString('base64url');
    const { callbackURL, errorCallbackURL } = context.body as {
      callbackURL: string;
      errorCallbackURL?: string;
    };
    const errorURL = errorCallbackURL ?? PAGES.error;
    await keepBegun(context, { companyId: company.id, requestId, relayState, callbackURL, errorURL });
    return requestUrl(company.signInUrl!, serviceProviderOf(this.url, company), requestId, relayState);
  }

  /** @throws the redirect that answers the browser */
  async end(context: GenericEndpointContext, providerId: string, answer: Answer): Promise<never> {
    const company = await this.companies.byId(providerId);
    const begun = await takeBegun(context, providerId, answer.RelayState);
    const targets = begun ?? { callbackURL: PAGES.account, errorURL: PAGES.error };
    if (company?.kind !== 'saml') return refuse(context, targets, 'connection_not_found');
    const asserted = await this.read(company, begun, answer.SAMLResponse).catch((error: unknown) => {
      if (!(error instanceof SamlRefusal)) throw error;
      logger.warn(`A sign-in by ${lineText(company.name)} was refused: ${lineText(error.message)}`);
      return refuse(context, targets, error.code);
    });
    const { subject, email, name } = asserted;
    await proveAddress(this.dataSource, email);
    await this.companies.noteUse(company.id);
    const person = { subject, email, emailVerified: true, name: nameFor(name, email) };
    return signInPerson(context, company.id, person, targets);
  }

  /** Returns what the provider of a company reads; `undefined` where there is none. */
  async metadata(providerId: string): Promise<string | undefined> {
    const company = await this.companies.byId(providerId);
    return company?.kind === 'saml' ? metadataOf(serviceProviderOf(this.url, company)) : undefined;
  }

  /** @throws SamlRefusal */
  private async read(company: Company, begun: BegunSignIn | undefined, encoded: string): Promise<Asserted> {
    if (!begun) throw new SamlRefusal('saml_request_unknown', 'this browser has not begun it');
    const { entityId, acsUrl } = serviceProviderOf(this.url, company);
    const asserted = await readResponse(decodedXml(encoded), {
      issuer: company.issuer,
      certificates: company.certificates ?? [],
      domains: company.domains,
      audience: entityId,
      recipient: acsUrl,
      requestId: begun.requestId,
    });
    const { companyId, requestId, expiresAt } = begun;
    const { assertionId } = asserted;
    if (!(await takeAnswer(this.dataSource, { companyId, requestId, assertionId, expiresAt })))
      throw new SamlRefusal('saml_replayed', 'it was taken before');
    return asserted;
  }
}
