import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time } from '../../openapi/schema-parts.js';

const connection = {
  id: EXAMPLE.id,
  name: 'Example Inc.',
  domains: ['example.com'],
  createdAt: EXAMPLE.now,
  createdBy: EXAMPLE.otherId,
  lastUsedAt: null,
};

const members = {
  id,
  name: z.string(),
  domains: z.array(z.string()).describe('The domains of the addresses that the directory may add'),
  createdAt: time,
  createdBy: id.nullable(),
  lastUsedAt: time.nullable().describe('Up to a minute late'),
};

export const scimConnectionSchema = answerSchema('ScimConnection', () => z.object(members), connection);
export type ScimConnectionView = z.infer<typeof scimConnectionSchema>;

export const madeScimConnectionSchema = answerSchema(
  'MadeScimConnection',
  () =>
    z.object({ ...members, bearer: z.string().describe('What the directory sends. It is shown only here.') }),
  { ...connection, bearer: 'scim_...' },
);
export type MadeScimConnection = z.infer<typeof madeScimConnectionSchema>;

export const scimConnectionListSchema = answerSchema(
  'ScimConnectionList',
  () => pageOf('connections', scimConnectionSchema),
  { connections: [connection], nextCursor: null },
);
export type ScimConnectionList = z.infer<typeof scimConnectionListSchema>;
