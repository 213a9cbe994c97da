import * as z from 'zod';
import { view } from './view.js';

const names = z.array(z.string());
const scope = {
  scope: 'documents:delete',
  description: 'Delete documents',
  actions: ['delete'],
  use: 'For what removes documents',
  risk: 'high' as const,
  elevated: true,
  tools: ['documents_delete'],
  routes: ['DELETE /api/documents/{id}'],
};

export const Scope = view(
  'Scope',
  z.object({
    scope: z.string(),
    description: z.string(),
    actions: names,
    use: z.string(),
    risk: z.enum(['low', 'medium', 'high', 'critical']),
    elevated: z.boolean().describe('Risk high or critical: its use is marked in the audit'),
    tools: names,
    routes: names,
  }),
  scope,
);
export const ScopeList = view('ScopeList', z.object({ scopes: z.array(Scope), nextCursor: z.null() }), {
  scopes: [scope],
  nextCursor: null,
});
