import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time } from '../../openapi/schema-parts.js';
import { SSO_KINDS } from './sso-kinds.js';

const connection = {
  id: EXAMPLE.id,
  kind: 'oidc' as const,
  name: 'Example Inc.',
  domains: ['example.com'],
  issuer: 'https://login.example.com',
  clientId: 'bouncer',
  signInUrl: null,
  certificates: null,
  entityId: null,
  enabled: true,
  callbackUrl: `https://bouncer.example.com/auth/sso/callback/${EXAMPLE.id}`,
  createdAt: EXAMPLE.now,
  createdBy: EXAMPLE.otherId,
  lastUsedAt: null,
};

export const ssoConnectionSchema = answerSchema(
  'SsoConnection',
  () =>
    z.object({
      id,
      kind: z.enum(SSO_KINDS),
      name: z.string(),
      domains: z.array(z.string()).describe('The domains of the addresses that the provider may say'),
      issuer: z.string(),
      clientId: z.string().nullable(),
      signInUrl: z.string().nullable(),
      certificates: z
        .array(z.object({ sha256: z.string(), validTo: time }))
        .nullable()
        .describe('The certificates that the provider signs with'),
      entityId: z
        .string()
        .nullable()
        .describe('What the service is called at a provider of SAML, and where its metadata are'),
      enabled: z.boolean().describe('Whether people sign in by it'),
      callbackUrl: z.string().describe('Where the provider sends people back to: register it there'),
      createdAt: time,
      createdBy: id.nullable(),
      lastUsedAt: time.nullable().describe('Up to a minute late'),
    }),
  connection,
);
export type SsoConnectionView = z.infer<typeof ssoConnectionSchema>;

export const ssoConnectionListSchema = answerSchema(
  'SsoConnectionList',
  () => pageOf('connections', ssoConnectionSchema),
  { connections: [connection], nextCursor: null },
);
export type SsoConnectionList = z.infer<typeof ssoConnectionListSchema>;
