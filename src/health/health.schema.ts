import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, time } from '../openapi/schema-parts.js';

const status = () => z.literal('ok');

export const healthSchema = answerSchema(
  'Health',
  () => z.object({ status: status(), version: z.string(), timestamp: time }),
  { status: 'ok', version: '1.0.0', timestamp: EXAMPLE.now },
);
export type Health = z.infer<typeof healthSchema>;

export const livenessSchema = answerSchema('Liveness', () => z.object({ status: status() }), {
  status: 'ok',
});
export type Liveness = z.infer<typeof livenessSchema>;

const working = () => z.enum(['ok', 'unavailable']);

const auditCheck = () =>
  z.object({
    status: z
      .enum(['ok', 'spooling', 'lossy', 'full'])
      .describe(
        '`spooling`: rows wait on disk; `lossy`: some were dropped; `full`: calls are refused with `audit_unavailable`',
      ),
    accepted: z.int().describe('Rows of this process, the counts below likewise'),
    written: z.int().describe('In the table'),
    spooled: z.int().describe('On disk only'),
    spooledBytes: z.int(),
    pending: z.int().describe('In memory'),
    pendingBytes: z.int(),
    dropped: z.int().describe('Must stay 0'),
    abandonedNodes: z.int().describe('Earlier processes whose rows are not all replayed'),
    lagSeconds: z.number().describe('The age of the oldest row that is not in the table'),
  });

export const readinessSchema = answerSchema(
  'Readiness',
  () =>
    z.object({
      status: working().describe('Whether calls are answered. What is degraded is named in `checks`'),
      state: z
        .enum(['starting', 'serving', 'stopping'])
        .describe('`stopping`: calls are still answered, but new ones belong elsewhere'),
      checks: z.object({
        // While PostgreSQL is away, the service remains ready for as long as keys that it knows are accepted.
        database: z.object({ status: working() }),
        coherence: z.object({
          mode: z.enum(['replicas', 'single']),
          status: z.enum(['ok', 'lapsed']).describe('`lapsed`: calls are refused with `lease_expired`'),
          replicas: z.int().describe('The processes that serve on this database'),
          epoch: z.int().describe('The number of changes that this process knows'),
          leaseMs: z.int().describe('How long this process may trust its memory; 0 in the mode `single`'),
        }),
        audit: auditCheck(),
        // Rows wait for their seal while PostgreSQL is unavailable. The service remains ready.
        seals: z.object({
          status: z
            .enum(['ok', 'behind'])
            .describe('`behind`: nothing could be sealed for a minute and more'),
          sealedSeq: z.int().describe('The number up to which the rows of this process are sealed'),
          lagRows: z.int().describe('Written, but not sealed yet'),
          lastSealAt: z.iso.datetime().nullable(),
        }),
        // The service remains ready when a webhook does not answer.
        webhook: z
          .object({ delivered: z.int(), pending: z.int(), deadLettered: z.int() })
          .optional()
          .describe('Audit events, where a webhook is set'),
        // The service remains ready while Redis is away.
        rateLimit: z.object({
          status: z
            .enum(['ok', 'degraded'])
            .describe('`degraded`: Redis does not count, so each replica takes its share of the limits'),
          store: z.enum(['memory', 'redis']).describe('Where limits are counted now'),
          reason: z.string().optional().describe('Why they are not counted in Redis'),
        }),
      }),
    }),
  {
    status: 'ok',
    state: 'serving',
    checks: {
      database: { status: 'ok' },
      coherence: { mode: 'replicas', status: 'ok', replicas: 3, epoch: 1742, leaseMs: 2731 },
      audit: {
        status: 'ok',
        accepted: 1234,
        written: 1230,
        spooled: 0,
        spooledBytes: 0,
        pending: 4,
        pendingBytes: 2400,
        dropped: 0,
        abandonedNodes: 0,
        lagSeconds: 0.12,
      },
      seals: { status: 'ok', sealedSeq: 1200, lagRows: 30, lastSealAt: EXAMPLE.now },
      rateLimit: { status: 'ok', store: 'memory' },
    },
  },
);
export type Readiness = z.infer<typeof readinessSchema>;
export type AuditStatus = Readiness['checks']['audit']['status'];
