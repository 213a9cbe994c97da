import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';
import { listOf } from '../openapi/schema-parts.js';

export const synonymsSchema = answerSchema(
  'Synonyms',
  () =>
    z.object({
      groups: listOf(listOf(z.string())).describe('Words that mean the same'),
      builtIn: listOf(listOf(z.string())).describe('Those that are always known'),
    }),
  { groups: [['deck', 'presentation']], builtIn: [['invoice', 'bill']] },
);
export type SynonymsView = z.infer<typeof synonymsSchema>;
