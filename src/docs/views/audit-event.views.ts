import * as z from 'zod';
import { SAMPLE, id, nextCursor, time, view } from './view.js';

const event = {
  id: SAMPLE.id,
  occurredAt: SAMPLE.now,
  userId: SAMPLE.otherId,
  keyId: SAMPLE.id,
  keyStart: SAMPLE.start,
  action: 'tools/call',
  tool: 'documents_get',
  resource: `document:${SAMPLE.id}`,
  outcome: 'success' as const,
  reason: null,
  elevated: false,
  scopes: ['documents:read'],
  ip: '192.0.2.7',
  userAgent: 'example/1.0',
  requestId: SAMPLE.otherId,
  durationMs: 3.2,
  metadata: {},
};
const text = z.string().nullable();
export const AuditEvent = view(
  'AuditEvent',
  z.object({
    id,
    occurredAt: time,
    userId: id.nullable(),
    keyId: id.nullable(),
    keyStart: text,
    action: z.string(),
    tool: text,
    resource: text,
    outcome: z.enum(['success', 'failure', 'denied']),
    reason: text.describe('A code when the outcome is not `success`'),
    elevated: z.boolean().describe('A scope of high or critical risk was used or asked for'),
    scopes: z.array(z.string()).describe('What the handler asks for'),
    ip: text,
    userAgent: text,
    requestId: text,
    durationMs: z.number().nullable(),
    metadata: z.record(z.string(), z.unknown()),
  }),
  event,
);
export const AuditEventList = view('AuditEventList', z.object({ events: z.array(AuditEvent), nextCursor }), {
  events: [event],
  nextCursor: SAMPLE.cursor,
});
