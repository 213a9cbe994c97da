import * as z from 'zod';
import { SAMPLE, id, nextCursor, time, timeOrNull, view, writtenView } from './view.js';

const key = {
  id: SAMPLE.id,
  userId: SAMPLE.otherId,
  name: 'Assistant',
  start: SAMPLE.start,
  scopes: ['documents:read'],
  agent: true,
  enabled: true,
  disabledBy: null,
  ipAllowlist: ['192.0.2.0/24'],
  metadata: { team: 'research' },
  createdAt: SAMPLE.now,
  lastUsedAt: null,
  expiresAt: SAMPLE.end,
  revokedAt: null,
  replacedBy: null,
};
export const ApiKey = view(
  'ApiKey',
  z.object({
    id,
    userId: id,
    name: z.string(),
    start: z.string().describe('The first characters: enough to recognise, useless to call with'),
    scopes: z.array(z.string()),
    agent: z.boolean().describe('For an agent: it holds nothing that manages keys, users or the audit'),
    enabled: z.boolean(),
    disabledBy: id.nullable().describe('The user who disabled it: only an equal or higher one enables it'),
    ipAllowlist: z.array(z.string()).nullable(),
    metadata: z.record(z.string(), z.unknown()),
    createdAt: time,
    lastUsedAt: timeOrNull,
    expiresAt: timeOrNull,
    revokedAt: timeOrNull,
    replacedBy: id.nullable().describe('The key that a rotation made of this one'),
  }),
  key,
);
export const WrittenApiKey = writtenView('WrittenApiKey', ApiKey, ['id', 'start', 'createdAt'], 'keys:read');
export const ApiKeyList = view('ApiKeyList', z.object({ keys: z.array(ApiKey), nextCursor }), {
  keys: [key],
  nextCursor: SAMPLE.cursor,
});
export const IssuedApiKey = view(
  'IssuedApiKey',
  z.object({
    id,
    apiKey: z
      .string()
      .optional()
      .describe('The key itself: shown here and nowhere else; not in an answer that is repeated'),
    start: z.string(),
    name: z.string(),
    userId: id,
    scopes: z.array(z.string()),
    createdAt: time,
    expiresAt: timeOrNull,
    ipAllowlist: z.array(z.string()).nullable(),
    message: z.string(),
  }),
  {
    id: SAMPLE.id,
    apiKey: 'mcp_<43 characters><checksum>',
    start: SAMPLE.start,
    name: key.name,
    userId: SAMPLE.otherId,
    scopes: key.scopes,
    createdAt: SAMPLE.now,
    expiresAt: SAMPLE.end,
    ipAllowlist: null,
    message: 'Store this key now: it is not shown again.',
  },
);
