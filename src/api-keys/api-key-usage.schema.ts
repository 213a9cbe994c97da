import * as z from 'zod';
import { usageShape } from '../audit/usage/key-usage.schema.js';
import { answerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, timeOrNull } from '../openapi/schema-parts.js';

const counts = { calls: 120, failures: 2, denials: 5, limitsHit: 1 };

export const apiKeyUsageSchema = answerSchema(
  'KeyUsage',
  // `lastUsedAt` may be before `from`, and is up to 60 seconds late, as it is in the key itself.
  () => z.object({ keyId: id, lastUsedAt: timeOrNull, ...usageShape(), nextCursor: z.null() }),
  {
    keyId: EXAMPLE.id,
    lastUsedAt: EXAMPLE.now,
    from: '2027-01-31',
    to: '2027-01-31',
    ...counts,
    perDay: [{ day: '2027-01-31', ...counts }],
    perTool: [{ tool: 'documents_get', action: 'tools/call', ...counts }],
    nextCursor: null,
  },
);
export type ApiKeyUsage = z.infer<typeof apiKeyUsageSchema>;
