import * as z from 'zod';
import { PRINCIPAL_KINDS } from '../access/principal.js';
import { ROLES } from '../access/roles.js';
import { TIERS } from '../access/tiers.js';
import { answerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, timeOrNull } from '../openapi/schema-parts.js';

/** What a key may do, and what prevents the rest. */
export const keyAccessSchema = answerSchema(
  'KeyAccess',
  () =>
    z.object({
      works: z.boolean().describe('A request with this key, from the asking address, would be let in now'),
      reasons: listOf(z.string()).describe(
        'All that stand in the way; the first is what a request is refused with',
      ),
      user: z.object({
        id,
        kind: z.enum(PRINCIPAL_KINDS).describe('Nobody receives mails at the address of an agent or a team'),
        email: z.string(),
        name: z.string(),
        role: z.enum(ROLES),
        tier: z.enum(TIERS),
        isActive: z.boolean(),
        isOperator: z.boolean().describe('Manages the organizations themselves'),
      }),
      organization: z
        .object({ id, name: z.string() })
        .describe('Where the caller acts: `user.role` is its role there, and what it reaches belongs to it'),
      key: z
        .object({
          id,
          name: z.string(),
          start: z.string(),
          scopes: listOf(z.string()).describe('As they were granted'),
          agent: z.boolean().describe('Marked for an agent'),
          enabled: z.boolean(),
          expiresAt: timeOrNull,
          expired: z.boolean(),
          revokedAt: timeOrNull,
          replacedBy: id.nullable(),
        })
        .nullable()
        .describe('`null`: the caller is signed in'),
      scopes: listOf(z.string()).describe(
        "The key's scopes that it holds now: what its owner's role grants, and fits an agent",
      ),
      lostScopes: listOf(z.string()).describe('Those that it does not hold'),
      // `ip` is the address that asks; `inside` says whether the list allows it.
      address: z.object({
        ip: z.string(),
        ipAllowlist: listOf(z.string()).nullable(),
        inside: z.boolean(),
      }),
      limits: z.object({
        policy: z.string(),
        limit: z.int().nullable().describe('Calls a minute; `null`: unlimited'),
        remaining: z.int().nullable(),
        resetSeconds: z.int(),
        key: z
          .object({ limit: z.int().nullable(), remaining: z.int().nullable(), resetSeconds: z.int() })
          .nullable()
          .describe("What the key's own limit leaves; `null`: it has none"),
        team: z
          .object({ limit: z.int().nullable(), remaining: z.int().nullable(), resetSeconds: z.int() })
          .nullable()
          .describe('What the limit leaves that a team and its agents share; `null`: there is none'),
        organization: z
          .object({ limit: z.int().nullable(), remaining: z.int().nullable(), resetSeconds: z.int() })
          .nullable()
          .describe('What the limit of the whole organization leaves; `null`: it has none'),
      }),
      tools: listOf(z.string()).describe('The names of the tools that this key may call'),
      // Every tool. `allowed` is false for a key that does not work, although that key may lack no scope.
      toolAccess: listOf(
        z.object({ name: z.string(), allowed: z.boolean(), missingScopes: listOf(z.string()) }),
      ),
    }),
  {
    works: true,
    reasons: [],
    user: {
      id: EXAMPLE.otherId,
      kind: 'person',
      email: 'ada@example.com',
      name: 'Ada',
      role: 'member',
      tier: 'development',
      isActive: true,
      isOperator: false,
    },
    organization: { id: EXAMPLE.organizationId, name: 'Example Inc.' },
    key: {
      id: EXAMPLE.id,
      name: 'Assistant',
      start: EXAMPLE.keyStart,
      scopes: ['documents:read'],
      agent: true,
      enabled: true,
      expiresAt: EXAMPLE.end,
      expired: false,
      revokedAt: null,
      replacedBy: null,
    },
    scopes: ['documents:read'],
    lostScopes: [],
    address: { ip: '192.0.2.7', ipAllowlist: null, inside: true },
    limits: {
      policy: 'development',
      limit: 100,
      remaining: 97,
      resetSeconds: 41,
      key: null,
      team: null,
      organization: null,
    },
    tools: ['documents_get'],
    toolAccess: [
      { name: 'documents_delete', allowed: false, missingScopes: ['documents:delete'] },
      { name: 'documents_get', allowed: true, missingScopes: [] },
    ],
  },
);
export type KeyAccess = z.infer<typeof keyAccessSchema>;
