import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';
import { listOf } from '../openapi/schema-parts.js';

const example = {
  scope: 'documents:delete',
  description: 'Delete documents',
  actions: ['delete'],
  use: 'For what removes documents',
  risk: 'high' as const,
  elevated: true,
  tools: ['documents_delete'],
  routes: ['DELETE /api/documents/{id}'],
};

export const scopeSchema = answerSchema(
  'Scope',
  () =>
    z.object({
      scope: z.string(),
      description: z.string(),
      // The operations that it permits, such as `get`, `list` and `search`.
      actions: listOf(z.string()),
      // For whom it is meant, and what to know before granting it.
      use: z.string(),
      risk: z.enum(['low', 'medium', 'high', 'critical']),
      elevated: z.boolean().describe('Risk high or critical: its use is marked in the audit'),
      // The handlers that require it. For a wide scope (`resource:*`, `read`): those that it alone is enough for.
      tools: listOf(z.string()),
      routes: listOf(z.string()),
    }),
  example,
);
export type ScopeEntry = z.infer<typeof scopeSchema>;

export const scopeListSchema = answerSchema(
  'ScopeList',
  () => z.object({ scopes: listOf(scopeSchema), nextCursor: z.null() }),
  { scopes: [example], nextCursor: null },
);
export type ScopeList = z.infer<typeof scopeListSchema>;
