import { externalIssuers } from '../external-issuers.js';
import { choice, integer, scopeList } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** How programs that know only OAuth come in. */
export const oauthVariables = {
  OAUTH_DCR: withDefault(choice('approved', 'open', 'off'), 'approved', {
    description:
      'What becomes of clients that nobody here made, but that registered themselves or are described by an address: they wait for an administrator, come in at once, or never. People agree to each client in any case.',
    example: 'off',
  }),
  OAUTH_DEFAULT_SCOPES: withDefault(scopeList, 'read write', {
    description:
      'What a client asks for that names no scopes. It is what a refused request tells clients to ask for, too.',
    example: 'read',
  }),
  OAUTH_ACCESS_TOKEN_MINUTES: withDefault(integer(1, 60, 'minutes'), '10', {
    description:
      'How long an access token of OAuth is valid. Its client gets a new one without asking the person.',
    example: '5',
  }),
  OAUTH_REFRESH_TOKEN_DAYS: withDefault(integer(1, 365, 'days'), '30', {
    description: 'After how many days without use a client of OAuth asks its person again.',
    example: '7',
  }),
  OAUTH_EXTERNAL_ISSUERS: optional(externalIssuers, {
    description:
      'The authorization servers of others whose access tokens are accepted, with [how people, clients and scopes are read from them](oauth.md#tokens-of-other-issuers).',
    example: '[{"issuer": "https://login.example.com/realms/staff", "domains": ["example.com"]}]',
    otherwise: 'only tokens of this service are accepted',
  }),
};
