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
      audit: z.object({ status: z.enum(['ok', 'full']), pending: z.int(), refused: z.int() }),
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
      audit: { status: 'ok', pending: 0, refused: 0 },
      rateLimit: { status: 'ok', store: 'memory' },
    },
  },
);
