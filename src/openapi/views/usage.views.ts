import * as z from 'zod';
import { SAMPLE, id, timeOrNull, view } from './view.js';

const shape = { calls: z.int(), failures: z.int(), denials: z.int(), limitsHit: z.int() };
const counts = { calls: 120, failures: 2, denials: 5, limitsHit: 1 };

export const KeyUsage = view(
  'KeyUsage',
  z.object({
    keyId: id,
    lastUsedAt: timeOrNull,
    from: z.iso.date(),
    to: z.iso.date(),
    ...shape,
    perDay: z.array(z.object({ day: z.iso.date(), ...shape })),
    perTool: z.array(z.object({ tool: z.string().nullable(), action: z.string(), ...shape })),
    nextCursor: z.null(),
  }),
  {
    keyId: SAMPLE.id,
    lastUsedAt: SAMPLE.now,
    from: '2027-01-31',
    to: '2027-01-31',
    ...counts,
    perDay: [{ day: '2027-01-31', ...counts }],
    perTool: [{ tool: 'documents_get', action: 'tools/call', ...counts }],
    nextCursor: null,
  },
);
