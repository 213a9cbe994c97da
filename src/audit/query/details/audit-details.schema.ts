import * as z from 'zod';
import { answerSchema } from '../../../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, time } from '../../../openapi/schema-parts.js';
import { auditEventExample } from '../../events/audit-row.js';
import { auditEventSchema } from '../audit-event.schema.js';

const actor = () =>
  z.object({
    id,
    name: z.string().describe('As it is now; `userName` of the row is as it was then'),
    kind: z.enum(['person', 'agent', 'team']),
  });

const seal = () =>
  z.object({
    number: z.int().describe('1, 2, 3, ... within `nodeId` of the row'),
    sealedAt: time,
    rowHash: z.string().describe('The SHA-256 of the row as it was sealed, in hexadecimal digits'),
    keyId: z.string().describe('The key that has signed the seal'),
  });

export const auditDetailsSchema = answerSchema(
  'AuditEventDetails',
  () =>
    z.object({
      event: auditEventSchema,
      chain: listOf(actor()).describe(
        'Those of `actors` who still have an account, or else the user of the row: the outermost first',
      ),
      seal: seal().nullable().describe('`null` while the row waits for its seal'),
    }),
  {
    event: auditEventExample,
    chain: [{ id: EXAMPLE.otherId, name: 'Ada', kind: 'person' }],
    seal: {
      number: 42,
      sealedAt: EXAMPLE.now,
      rowHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      keyId: '2c26b46b68ffc68f',
    },
  },
);
export type AuditDetails = z.infer<typeof auditDetailsSchema>;
