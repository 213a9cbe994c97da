import * as z from 'zod';
import { ROLES } from '../../access/roles.js';
import { TIERS } from '../../users/tiers.js';
import { SAMPLE, id, timeOrNull, view } from './view.js';

export const Me = view(
  'Me',
  z.object({
    user: z.object({
      id,
      email: z.string(),
      name: z.string(),
      role: z.enum(ROLES),
      tier: z.enum(TIERS),
    }),
    key: z.object({ id, name: z.string(), start: z.string(), expiresAt: timeOrNull }),
    scopes: z.array(z.string()).describe("The key's scopes that its owner's role still grants"),
    limits: z.object({
      policy: z.string(),
      limit: z.int().nullable().describe('Calls a minute; `null`: unlimited'),
      remaining: z.int().nullable(),
      resetSeconds: z.int(),
    }),
    tools: z.array(z.string()).describe('The names of the tools that this key may call'),
  }),
  {
    user: { id: SAMPLE.otherId, email: 'ada@example.com', name: 'Ada', role: 'member', tier: 'development' },
    key: { id: SAMPLE.id, name: 'Assistant', start: SAMPLE.start, expiresAt: SAMPLE.end },
    scopes: ['documents:read'],
    limits: { policy: 'development', limit: 100, remaining: 97, resetSeconds: 41 },
    tools: ['documents_get', 'documents_list', 'documents_search', 'whoami'],
  },
);
