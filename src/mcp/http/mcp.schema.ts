import * as z from 'zod';
import { answerSchema } from '../../openapi/answer-schema.js';

export const jsonRpcAnswerSchema = answerSchema(
  'JsonRpcAnswer',
  () => z.looseObject({ jsonrpc: z.literal('2.0'), id: z.union([z.string(), z.number()]).nullable() }),
  { jsonrpc: '2.0', id: 1, result: {} },
);

export const jsonRpcErrorSchema = answerSchema(
  'JsonRpcError',
  () =>
    z.object({
      jsonrpc: z.literal('2.0'),
      id: z.union([z.string(), z.number()]).nullable(),
      error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
    }),
  {
    jsonrpc: '2.0',
    id: 1,
    error: { code: -32000, message: 'The API key is not valid', data: { code: 'invalid_api_key' } },
  },
);
