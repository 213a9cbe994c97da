import * as z from 'zod';
import { EXAMPLE_LAST, lastVerification } from '../verify-jobs/verifications.schema.js';
import { answerSchema } from '../../openapi/answer-schema.js';
import { EXAMPLE, id, pageOf, time, timeOrNull } from '../../openapi/schema-parts.js';

const seal = () =>
  z.object({
    nodeId: id.describe('One boot of one process'),
    number: z.int().describe('1, 2, 3, ... within `nodeId`'),
    fromSeq: z.int().describe('The first `nodeSeq` that it covers'),
    toSeq: z.int().describe('The last one; one less than `fromSeq` where it covers none'),
    rows: z.int().describe('How many numbers it covers, with those that were never recorded'),
    from: timeOrNull.describe('The time of its first row'),
    to: timeOrNull.describe('The time of its last row'),
    sealedAt: time,
    closed: z.boolean().describe('Whether it is the last one of its node'),
    hashStart: z.string().describe('The first 16 hexadecimal digits of its hash'),
    keyId: z.string().describe('The key that has signed it'),
  });

export const sealListSchema = answerSchema(
  'AuditSealList',
  () => pageOf('seals', seal()).extend({ lastVerification: lastVerification() }),
  {
    seals: [
      {
        nodeId: EXAMPLE.id,
        number: 42,
        fromSeq: 1201,
        toSeq: 1230,
        rows: 30,
        from: EXAMPLE.now,
        to: EXAMPLE.now,
        sealedAt: EXAMPLE.now,
        closed: false,
        hashStart: '9f86d081884c7d65',
        keyId: '2c26b46b68ffc68f',
      },
    ],
    nextCursor: null,
    lastVerification: EXAMPLE_LAST,
  },
);
export type SealList = z.infer<typeof sealListSchema>;
