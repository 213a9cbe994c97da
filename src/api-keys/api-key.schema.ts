import * as z from 'zod';
import { PRINCIPAL_KINDS } from '../access/principal.js';
import { answerSchema, partialAnswerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, time, timeOrNull } from '../openapi/schema-parts.js';

const example = {
  id: EXAMPLE.id,
  userId: EXAMPLE.otherId,
  organizationId: EXAMPLE.organizationId,
  name: 'Assistant',
  start: EXAMPLE.keyStart,
  scopes: ['documents:read'],
  agent: true,
  enabled: true,
  disabledBy: null,
  ipAllowlist: ['192.0.2.0/24'],
  requestsPerMinute: null,
  metadata: { team: 'research' },
  createdAt: EXAMPLE.now,
  lastUsedAt: null,
  expiresAt: EXAMPLE.end,
  revokedAt: null,
  replacedBy: null,
};

const requestsPerMinute = z
  .int()
  .nullable()
  .describe("The calls a minute of this key alone, beside its owner's; `null`: no limit of its own");

const shape = () => ({
  id,
  userId: id,
  organizationId: id.describe('Where it acts'),
  name: z.string(),
  start: z.string().describe('The first characters: enough to recognise, useless to call with'),
  scopes: listOf(z.string()),
  agent: z.boolean().describe('For an agent: it holds nothing that manages keys, users or the audit'),
  enabled: z.boolean(),
  disabledBy: id.nullable().describe('The user who disabled it: only an equal or higher one enables it'),
  ipAllowlist: listOf(z.string()).nullable(),
  requestsPerMinute,
  metadata: z.record(z.string(), z.unknown()),
  createdAt: time,
  lastUsedAt: timeOrNull,
  expiresAt: timeOrNull,
  revokedAt: timeOrNull,
  replacedBy: id.nullable().describe('The key that a rotation made of this one'),
});

/** Describes a key without its secret and its hash. */
export const apiKeySchema = answerSchema('ApiKey', () => z.object(shape()), example);
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const writtenApiKeySchema = partialAnswerSchema(
  'WrittenApiKey',
  apiKeySchema,
  ['id', 'start', 'createdAt'],
  'keys:read',
);

const owner = () =>
  z.object({
    id,
    name: z.string(),
    kind: z.enum(PRINCIPAL_KINDS),
  });

const listedExample = { ...example, owner: { id: example.userId, name: 'Ada', kind: 'person' as const } };

/** Describes a key of a list. */
const listedApiKeySchema = answerSchema(
  'ListedApiKey',
  () => z.object({ ...shape(), owner: owner().optional().describe('Whose it is; with `owner=all` alone') }),
  listedExample,
);
export type ListedApiKeyView = z.infer<typeof listedApiKeySchema>;

export const apiKeyListSchema = answerSchema('ApiKeyList', () => pageOf('keys', listedApiKeySchema), {
  keys: [listedExample],
  nextCursor: EXAMPLE.cursor,
});
export type ApiKeyList = z.infer<typeof apiKeyListSchema>;

/** Describes the only answer that contains the key itself. */
export const issuedApiKeySchema = answerSchema(
  'IssuedApiKey',
  () =>
    z.object({
      id,
      apiKey: z
        .string()
        .optional()
        .describe('The key itself: shown here and nowhere else; not in an answer that is repeated'),
      start: z.string(),
      name: z.string(),
      userId: id,
      organizationId: id,
      scopes: listOf(z.string()),
      createdAt: time,
      expiresAt: timeOrNull,
      ipAllowlist: listOf(z.string()).nullable(),
      requestsPerMinute,
      message: z.string(),
    }),
  {
    id: EXAMPLE.id,
    apiKey: 'mcp_<43 characters><checksum>',
    start: EXAMPLE.keyStart,
    name: example.name,
    userId: EXAMPLE.otherId,
    organizationId: EXAMPLE.organizationId,
    scopes: example.scopes,
    createdAt: EXAMPLE.now,
    expiresAt: EXAMPLE.end,
    ipAllowlist: null,
    requestsPerMinute: null,
    message: 'Store this key now: it is not shown again.',
  },
);
export type IssuedApiKeyView = z.infer<typeof issuedApiKeySchema>;
