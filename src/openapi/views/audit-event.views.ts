import * as z from 'zod';
import { SAMPLE, id, nextCursor, time, view } from './view.js';

const event = {
  id: SAMPLE.id,
  occurredAt: SAMPLE.now,
  recordedAt: SAMPLE.now,
  nodeId: SAMPLE.otherId,
  nodeSeq: 17,
  userId: SAMPLE.otherId,
  userName: 'Ada',
  keyId: SAMPLE.id,
  keyStart: SAMPLE.start,
  action: 'tools/call',
  tool: 'documents_get',
  resource: `document:${SAMPLE.id}`,
  targets: [`document:${SAMPLE.id}`],
  outcome: 'success' as const,
  reason: null,
  elevated: false,
  scopes: ['documents:read'],
  ip: '192.0.2.7',
  userAgent: 'example/1.0',
  requestId: SAMPLE.otherId,
  traceId: null,
  durationMs: 3.2,
  metadata: {},
};
const text = z.string().nullable();
export const AuditEvent = view(
  'AuditEvent',
  z.object({
    id,
    occurredAt: time,
    recordedAt: time.describe('When it was stored: later than it occurred, where the database was away'),
    nodeId: id.describe('One boot of one process'),
    nodeSeq: z.int().describe('1, 2, 3, ... within `nodeId`, without a gap'),
    userId: id.nullable(),
    userName: text.describe('As it was then'),
    keyId: id.nullable(),
    keyStart: text,
    action: z.string(),
    tool: text,
    resource: text,
    targets: z.array(z.string()).describe('Everything that was acted on, `resource` included'),
    outcome: z
      .enum(['success', 'failure', 'denied', 'pending'])
      .describe('`pending`: the intent of an elevated call; its outcome is another event'),
    reason: text.describe('A code when the outcome is not `success`'),
    elevated: z.boolean().describe('A scope of high or critical risk was used or asked for'),
    scopes: z.array(z.string()).describe('What the handler asks for'),
    ip: text,
    userAgent: text,
    requestId: text,
    traceId: text.describe('`trace-id` of `traceparent`: in the `_meta` of an MCP call, or the header'),
    durationMs: z.number().nullable(),
    metadata: z.record(z.string(), z.unknown()),
  }),
  event,
);
export const AuditEventList = view('AuditEventList', z.object({ events: z.array(AuditEvent), nextCursor }), {
  events: [event],
  nextCursor: SAMPLE.cursor,
});
