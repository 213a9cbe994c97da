import type { DataSource } from 'typeorm';
import type { ProtectedResource } from '../../access/protected-resource.js';
import type { Settings } from '../../config/settings.js';
import type { ClientDecisions } from '../../oauth/clients/client-decisions.js';
import type { IdentityAssertions } from '../../oauth/external/assertions/identity-assertions.js';
import type { IssuerGrants } from '../../oauth/external/assertions/issuer-grants.js';
import type { TokenRing } from '../../oauth/tokens/token-ring.js';
import type { DocumentNetwork } from '../../oauth/documents/document-network.js';
import type { PasswordAttempts } from '../password-attempts/password-attempts.js';
import type { SecondFactorMails } from '../second-factor/second-factor-mails.js';
import type { SecondFactors } from '../second-factor/second-factors.js';
import type { CompanyProviders } from '../sso/company-providers.js';

/** What the authorization server needs to know of the service. */
export interface OAuthParts {
  resource: ProtectedResource;
  tokens: TokenRing;
  documents: DocumentNetwork;
  clients: ClientDecisions;
  assertions: IdentityAssertions;
  issuerGrants: IssuerGrants;
  /** The scopes that clients may ask for. */
  scopes: readonly string[];
}

/** What plugins are made of. */
export interface PluginParts {
  settings: Settings;
  dataSource: DataSource;
  /** The address of the service for people. */
  url: string;
  factors: SecondFactors;
  factorMails: SecondFactorMails;
  attempts: PasswordAttempts;
  companies: CompanyProviders;
  oauth: OAuthParts;
}
