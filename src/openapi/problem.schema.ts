import * as z from 'zod';
import { answerSchema } from './answer-schema.js';
import { EXAMPLE } from './schema-parts.js';

/** Problem details of RFC 9457. */
export const problemSchema = answerSchema(
  'Problem',
  () =>
    z.looseObject({
      type: z.string(),
      title: z.string().describe("The status's own words"),
      status: z.int(),
      detail: z.string().describe('What went wrong, for people'),
      code: z.string().describe('What went wrong, for programs'),
      requestId: z.string().describe('As in the header X-Request-Id and in the audit'),
    }),
  {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'Document not found',
    code: 'not_found',
    requestId: EXAMPLE.id,
  },
);
