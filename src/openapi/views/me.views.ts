import * as z from 'zod';
import { ROLES } from '../../access/roles.js';
import { TIERS } from '../../users/tiers.js';
import { SAMPLE, id, timeOrNull, view } from './view.js';

export const KeyAccess = view(
  'KeyAccess',
  z.object({
    works: z.boolean().describe('A request with this key, from the asking address, would be let in now'),
    reasons: z
      .array(z.string())
      .describe('All that stand in the way; the first is what a request is refused with'),
    user: z.object({
      id,
      email: z.string(),
      name: z.string(),
      role: z.enum(ROLES),
      tier: z.enum(TIERS),
      isActive: z.boolean(),
    }),
    key: z.object({
      id,
      name: z.string(),
      start: z.string(),
      scopes: z.array(z.string()).describe('As they were granted'),
      agent: z.boolean().describe('Marked for an agent'),
      enabled: z.boolean(),
      expiresAt: timeOrNull,
      expired: z.boolean(),
      revokedAt: timeOrNull,
      replacedBy: id.nullable(),
    }),
    scopes: z
      .array(z.string())
      .describe("The key's scopes that it holds now: what its owner's role grants, and fits an agent"),
    lostScopes: z.array(z.string()).describe('Those that it does not hold'),
    address: z.object({ ip: z.string(), ipAllowlist: z.array(z.string()).nullable(), inside: z.boolean() }),
    limits: z.object({
      policy: z.string(),
      limit: z.int().nullable().describe('Calls a minute; `null`: unlimited'),
      remaining: z.int().nullable(),
      resetSeconds: z.int(),
    }),
    tools: z.array(z.string()).describe('The names of the tools that this key may call'),
    toolAccess: z.array(
      z.object({ name: z.string(), allowed: z.boolean(), missingScopes: z.array(z.string()) }),
    ),
  }),
  {
    works: true,
    reasons: [],
    user: {
      id: SAMPLE.otherId,
      email: 'ada@example.com',
      name: 'Ada',
      role: 'member',
      tier: 'development',
      isActive: true,
    },
    key: {
      id: SAMPLE.id,
      name: 'Assistant',
      start: SAMPLE.start,
      scopes: ['documents:read'],
      agent: true,
      enabled: true,
      expiresAt: SAMPLE.end,
      expired: false,
      revokedAt: null,
      replacedBy: null,
    },
    scopes: ['documents:read'],
    lostScopes: [],
    address: { ip: '192.0.2.7', ipAllowlist: null, inside: true },
    limits: { policy: 'development', limit: 100, remaining: 97, resetSeconds: 41 },
    tools: ['documents_get'],
    toolAccess: [
      { name: 'documents_delete', allowed: false, missingScopes: ['documents:delete'] },
      { name: 'documents_get', allowed: true, missingScopes: [] },
    ],
  },
);
