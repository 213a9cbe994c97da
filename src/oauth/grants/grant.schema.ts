import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, time, timeOrNull } from '../../openapi/schema-parts.js';

const grant = {
  id: EXAMPLE.id,
  userId: EXAMPLE.otherId,
  organizationId: EXAMPLE.otherId,
  clientId: 'https://client.example.com/oauth/metadata.json',
  clientName: 'Example editor',
  scopes: ['documents:read', 'offline_access'],
  issuer: null,
  issuerScopes: [],
  createdAt: EXAMPLE.now,
  updatedAt: EXAMPLE.now,
  lastUsedAt: null,
};

export const grantSchema = answerSchema(
  'Grant',
  () =>
    z.object({
      id,
      userId: id,
      organizationId: id.describe('Where the client acts for the person'),
      clientId: z.string(),
      clientName: z.string().nullable().describe('What the client calls itself. Nobody has checked it'),
      scopes: listOf(z.string()).describe('What the person has agreed to'),
      issuer: z
        .string()
        .nullable()
        .describe('The issuer of the company that let the client in, without the person'),
      issuerScopes: listOf(z.string()).describe('What that issuer has allowed'),
      createdAt: time,
      updatedAt: time.describe('When the person has agreed last'),
      lastUsedAt: timeOrNull.describe('Up to 15 seconds late'),
    }),
  grant,
);
export type GrantView = z.infer<typeof grantSchema>;

export const grantListSchema = answerSchema('GrantList', () => pageOf('grants', grantSchema), {
  grants: [grant],
  nextCursor: null,
});
export type GrantList = z.infer<typeof grantListSchema>;
