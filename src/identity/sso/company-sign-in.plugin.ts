import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import * as z from 'zod';
import type { PluginParts } from '../auth/plugin-parts.js';
import { PAGES } from '../pages/page-paths.js';
import { OidcSignIn } from './oidc-sign-in.js';
import { SamlSignIn } from './saml/saml-sign-in.js';
import { SSO_PATHS } from './sso-paths.js';

const address = z.string().max(1_000).optional();
const signInBody = z.object({
  email: z.string().max(254).optional(),
  connection: z.string().max(64).optional(),
  callbackURL: address,
  errorCallbackURL: address,
});
const text = z.string().max(8_192).optional();
/** The body of a request has at most 64 KB. */
const samlAnswer = z.object({ SAMLResponse: z.string(), RelayState: z.string().max(200).optional() });
const oidcAnswer = z.object({ code: text, state: text, error: text, iss: text });

/** Signs people in by the providers that administrators have connected for their companies. */
export function companySignIn({ companies, dataSource, url }: PluginParts): BetterAuthPlugin {
  const oidc = new OidcSignIn(companies, dataSource, url);
  const saml = new SamlSignIn(companies, dataSource, url);
  return {
    id: 'company-sign-in',
    endpoints: {
      signInCompany: createAuthEndpoint(
        SSO_PATHS.signIn,
        { method: 'POST', body: signInBody },
        async (context) => {
          const { email, connection } = context.body;
          const company =
            connection === undefined
              ? await companies.byAddress(email ?? '')
              : await companies.byId(connection);
          if (!company)
            throw new APIError('NOT_FOUND', {
              code: 'NO_COMPANY',
              message: 'No company signs in with this address',
            });
          context.body.callbackURL ??= PAGES.account;
          const address =
            company.kind === 'oidc'
              ? await oidc.begin(context, company, email)
              : await saml.begin(context, company);
          return context.json({ url: address, name: company.name, redirect: true });
        },
      ),
      endOidcSignIn: createAuthEndpoint(
        SSO_PATHS.oidcCallback,
        { method: 'GET', query: oidcAnswer },
        async (context) => oidc.end(context, context.params.providerId, context.query),
      ),
      endSamlSignIn: createAuthEndpoint(
        SSO_PATHS.samlCallback,
        {
          method: 'POST',
          body: samlAnswer,
          metadata: { allowedMediaTypes: ['application/x-www-form-urlencoded'] },
        },
        async (context) => saml.end(context, context.params.providerId, context.body),
      ),
      samlMetadata: createAuthEndpoint(SSO_PATHS.samlMetadata, { method: 'GET' }, async (context) => {
        const metadata = await saml.metadata(context.params.providerId);
        if (metadata === undefined)
          throw new APIError('NOT_FOUND', { code: 'NOT_FOUND', message: 'Connection not found' });
        return new Response(metadata, { headers: { 'content-type': 'application/samlmetadata+xml' } });
      }),
    },
  };
}
