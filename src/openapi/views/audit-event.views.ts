import * as z from 'zod';
import { auditEventExample, auditEventSchema } from '../../audit/events/audit-row.js';
import { SAMPLE, nextCursor, view } from './view.js';

export const AuditEvent = view('AuditEvent', auditEventSchema, auditEventExample);
export const AuditEventList = view('AuditEventList', z.object({ events: z.array(AuditEvent), nextCursor }), {
  events: [auditEventExample],
  nextCursor: SAMPLE.cursor,
});
