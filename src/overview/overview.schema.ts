import * as z from 'zod';
import { EXAMPLE_LAST, lastVerification } from '../audit/verify-jobs/verifications.schema.js';
import { answerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, time, timeOrNull } from '../openapi/schema-parts.js';

const figuresShape = () => ({
  calls: z.int().describe('All rows of the audit about calls, REST included, with those that were refused'),
  errors: z.int().describe('Calls that ran and failed'),
  refused: z.int(),
  limitsHit: z.int().describe('Those of `refused` that a limit refused'),
  refusals: listOf(z.object({ code: z.string(), count: z.int() })).describe('The most frequent first'),
  p50Ms: z.number().nullable().describe('Of calls that ran; at most an eighth off, `null` where none ran'),
  p95Ms: z.number().nullable(),
});

const toolShape = () => ({ tool: z.string(), ...figuresShape() });

const overview = () =>
  z.object({
    status: z.enum(['ok', 'attention', 'danger']),
    reasons: listOf(
      z.object({ level: z.enum(['attention', 'danger']), code: z.string(), message: z.string() }),
    ).describe('Why it is not `ok`, the most urgent first'),
    window: z.enum(['1h', '24h', '7d']),
    from: time.describe('The start of the first bucket'),
    at: time.describe('When the figures were read; they are answered again for five seconds'),
    bucketSeconds: z.int(),
    ...figuresShape(),
    series: listOf(
      z.object({
        from: time,
        unfinished: z.boolean().describe('Whether it goes on; only of the last one'),
        ...figuresShape(),
      }),
    ).describe('The oldest bucket first'),
    slowestTools: listOf(z.object(toolShape())).describe('By `p95Ms`, at most 5'),
    mostRefusedTools: listOf(z.object(toolShape())).describe('By `refused`, at most 5'),
    anomalies: listOf(
      z.object({
        id: id.describe('Of the row in the audit'),
        kind: z.enum(['rate', 'refusals', 'first_tool', 'first_elevated']),
        occurredAt: time,
        resource: z.string().nullable().describe('The key, or the address where no key is known'),
        keyName: z.string().nullable(),
        metadata: z.record(z.string(), z.unknown()),
      }),
    ).describe('The last ones of the window, at most 5'),
    health: z.object({
      database: z.enum(['ok', 'unavailable']),
      replicas: z.int(),
      audit: z.object({
        status: z.enum(['ok', 'spooling', 'lossy', 'full']),
        spooled: z.int(),
        dropped: z.int(),
      }),
      seals: z.object({ status: z.enum(['ok', 'behind']), lagRows: z.int(), lastSealAt: timeOrNull }),
      rateLimit: z.enum(['ok', 'degraded']),
    }),
    lastVerification: lastVerification(),
  });

const FIGURES = {
  calls: 120,
  errors: 2,
  refused: 4,
  limitsHit: 3,
  refusals: [
    { code: 'rate_limited', count: 3 },
    { code: 'insufficient_scope', count: 1 },
  ],
  p50Ms: 12,
  p95Ms: 180,
};

export const overviewSchema = answerSchema('Overview', overview, {
  status: 'attention',
  reasons: [
    {
      level: 'attention',
      code: 'seals_behind',
      message: 'Audit rows have waited for their seal for more than a minute.',
    },
  ],
  window: '24h',
  from: EXAMPLE.now,
  at: EXAMPLE.end,
  bucketSeconds: 900,
  ...FIGURES,
  series: [{ from: EXAMPLE.now, unfinished: true, ...FIGURES }],
  slowestTools: [{ tool: 'documents_search', ...FIGURES }],
  mostRefusedTools: [{ tool: 'documents_delete', ...FIGURES }],
  anomalies: [
    {
      id: EXAMPLE.id,
      kind: 'rate',
      occurredAt: EXAMPLE.now,
      resource: `api_key:${EXAMPLE.otherId}`,
      keyName: 'Laptop',
      metadata: { callsPerMinute: 240, usualPerMinute: 3.5 },
    },
  ],
  health: {
    database: 'ok',
    replicas: 3,
    audit: { status: 'ok', spooled: 0, dropped: 0 },
    seals: { status: 'behind', lagRows: 40, lastSealAt: EXAMPLE.now },
    rateLimit: 'ok',
  },
  lastVerification: EXAMPLE_LAST,
});
export type Overview = z.infer<typeof overviewSchema>;
