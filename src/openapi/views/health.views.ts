import * as z from 'zod';
import { SAMPLE, time, view } from './view.js';

const status = z.literal('ok');

export const Health = view('Health', z.object({ status, version: z.string(), timestamp: time }), {
  status: 'ok',
  version: '1.0.0',
  timestamp: SAMPLE.now,
});
export const Liveness = view('Liveness', z.object({ status }), { status: 'ok' });
const working = z.enum(['ok', 'unavailable']);
export const Readiness = view(
  'Readiness',
  z.object({
    status: working,
    checks: z.object({
      database: z.object({ status: working }),
      audit: z.object({
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
      }),
      seals: z.object({
        status: z.enum(['ok', 'behind']).describe('`behind`: nothing could be sealed for a minute and more'),
        sealedSeq: z.int().describe('The number up to which the rows of this process are sealed'),
        lagRows: z.int().describe('Written, but not sealed yet'),
        lastSealAt: time.nullable(),
      }),
      webhook: z
        .object({ delivered: z.int(), pending: z.int(), deadLettered: z.int() })
        .optional()
        .describe('Audit events, where a webhook is set'),
      rateLimit: z.object({ status, store: z.literal('memory') }),
    }),
  }),
  {
    status: 'ok',
    checks: {
      database: { status: 'ok' },
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
      seals: { status: 'ok', sealedSeq: 1200, lagRows: 30, lastSealAt: SAMPLE.now },
      rateLimit: { status: 'ok', store: 'memory' },
    },
  },
);
