import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, pageOf } from '../../openapi/schema-parts.js';
import { auditEventExample, auditEventSchema as jsonSchema, type AuditRow } from '../events/audit-row.js';

type JsonRow = z.input<typeof jsonSchema>;

/** The schema describes a row as JSON; as a type, it is the row in memory, whose times are dates. */
export const auditEventSchema = answerSchema(
  'AuditEvent',
  () => jsonSchema as unknown as z.ZodType<AuditRow, JsonRow>,
  auditEventExample,
);

export const auditEventListSchema = answerSchema('AuditEventList', () => pageOf('events', auditEventSchema), {
  events: [auditEventExample],
  nextCursor: EXAMPLE.cursor,
});
