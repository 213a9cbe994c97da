import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, timeOrNull } from '../../openapi/schema-parts.js';
import { CLIENT_STATES } from './client-decisions.js';
import { CLIENT_ORIGINS } from './client-origins.js';

const client = {
  clientId: 'https://client.example.com/oauth/metadata.json',
  name: 'Example editor',
  state: 'pending' as const,
  origin: 'document' as const,
  redirectUris: ['https://client.example.com/callback'],
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethod: 'none',
  agentId: null,
  createdAt: EXAMPLE.now,
  decidedAt: null,
  decidedBy: null,
  lastUsedAt: null,
};

export const oauthClientSchema = answerSchema(
  'OAuthClient',
  () =>
    z.object({
      clientId: z.string(),
      name: z.string().nullable().describe('What the client calls itself. Nobody has checked it'),
      state: z.enum(CLIENT_STATES).describe('What the organization has decided'),
      origin: z.enum(CLIENT_ORIGINS),
      redirectUris: listOf(z.string()).describe('Where people are sent back to'),
      grantTypes: listOf(z.string()),
      tokenEndpointAuthMethod: z.string().nullable(),
      agentId: id.nullable().describe('The agent that the client is'),
      createdAt: timeOrNull.describe('`null` for a metadata document that was approved and not read yet'),
      decidedAt: timeOrNull,
      decidedBy: id.nullable(),
      lastUsedAt: timeOrNull.describe('By somebody of the organization, up to 15 seconds late'),
    }),
  client,
);
export type OAuthClientView = z.infer<typeof oauthClientSchema>;

export const oauthClientListSchema = answerSchema(
  'OAuthClientList',
  () => pageOf('clients', oauthClientSchema),
  { clients: [client], nextCursor: EXAMPLE.cursor },
);
export type OAuthClientList = z.infer<typeof oauthClientListSchema>;

export const madeClientSchema = answerSchema(
  'MadeOAuthClient',
  () =>
    z.object({
      clientId: z.string(),
      clientSecret: z
        .string()
        .nullable()
        .describe('It is shown only here. `null` for a client that has none'),
      state: z.enum(CLIENT_STATES),
    }),
  { clientId: EXAMPLE.id, clientSecret: 'bouncer_cs_...', state: 'approved' as const },
);
export type MadeClient = z.infer<typeof madeClientSchema>;
