import * as z from 'zod';
import { PRINCIPAL_KINDS } from '../access/principal.js';
import { issuedApiKeySchema } from '../api-keys/api-key.schema.js';
import { answerSchema } from '../openapi/answer-schema.js';
import { STOP_REASONS } from './stop-reasons.js';
import { EXAMPLE, id, listOf, pageOf, time, timeOrNull } from '../openapi/schema-parts.js';

const example = {
  id: EXAMPLE.id,
  name: 'Nightly report',
  description: 'Sends the figures of the day to the board',
  ownerId: EXAMPLE.otherId,
  ownerKind: 'team' as const,
  ownerName: 'Research',
  scopes: ['documents:read'],
  heldScopes: ['documents:read'],
  requestsPerMinute: null,
  isActive: true,
  works: true,
  stoppedBy: [],
  endsAt: EXAMPLE.end,
  retiredAt: null,
  createdBy: EXAMPLE.otherId,
  createdAt: EXAMPLE.now,
  lastUse: {
    at: EXAMPLE.now,
    keyId: EXAMPLE.otherId,
    keyStart: EXAMPLE.keyStart,
    action: 'tools/call',
    tool: 'documents_search',
    ip: '192.0.2.7',
  },
};

const shape = () => ({
  id: id.describe('The id of the principal, as owner of keys and documents and in audit rows'),
  name: z.string(),
  description: z.string().nullable().describe('What it is for'),
  ownerId: id,
  ownerKind: z.enum(PRINCIPAL_KINDS),
  ownerName: z.string(),
  scopes: listOf(z.string()),
  heldScopes: listOf(z.string()).describe('What is left of them by the agents above it'),
  requestsPerMinute: z.int().nullable().describe("Its calls a minute; `null`: the tier's"),
  isActive: z.boolean().describe('`false`: it was suspended, and goes on once that is taken back'),
  works: z
    .boolean()
    .describe(
      'Whether its keys are accepted: neither it nor one above it has ended, and its owner is active',
    ),
  stoppedBy: listOf(z.enum(STOP_REASONS)).describe(
    'Why its keys are refused; `above_...`: because of an agent above it',
  ),
  endsAt: timeOrNull,
  retiredAt: timeOrNull,
  createdBy: id,
  createdAt: time,
  lastUse: z
    .object({
      at: time,
      keyId: id.nullable(),
      keyStart: z.string().nullable(),
      action: z.string().nullable().describe('`null` where the call has no audit row'),
      tool: z.string().nullable(),
      ip: z.string().nullable(),
    })
    .nullable()
    .describe('`null`: it was never used'),
});

/** Describes an agent, a service account with an owner. */
export const agentSchema = answerSchema('Agent', () => z.object(shape()), example);
export type AgentView = z.infer<typeof agentSchema>;

export const agentListSchema = answerSchema('AgentList', () => pageOf('agents', agentSchema), {
  agents: [example],
  nextCursor: null,
});
export type AgentList = z.infer<typeof agentListSchema>;

const writtenShape = () => {
  const { id: ofRow, createdAt, ...others } = shape();
  return z
    .object({ id: ofRow, createdAt, ...z.object(others).partial().shape })
    .describe('Without `agents:read` only `id`, `createdAt` and the members that the request sent');
};

export const writtenAgentSchema = answerSchema('WrittenAgent', writtenShape, example);
export type WrittenAgent = z.infer<typeof writtenAgentSchema>;

export const createdAgentSchema = answerSchema(
  'CreatedAgent',
  () =>
    writtenShape().extend({
      key: issuedApiKeySchema.optional().describe('Its first key, where the request asked for one'),
    }),
  { ...example, lastUse: null },
);
export type CreatedAgent = z.infer<typeof createdAgentSchema>;
