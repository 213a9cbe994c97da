import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';
import { pageOf } from '../openapi/schema-parts.js';

const perMinute = z.int().nullable();
const weight = z.int();
const example = {
  name: 'documents_search',
  perMinute: 30,
  weight: 1,
  declared: { perMinute: null, weight: 1 },
  override: { perMinute: 30, weight: null },
};

export const toolLimitSchema = answerSchema(
  'ToolLimit',
  () =>
    z.object({
      name: z.string(),
      perMinute: perMinute.describe('The calls a minute of each user; `null`: no limit of its own'),
      weight: weight.describe('How many calls one call counts as in the budgets of the user and the key'),
      declared: z.object({ perMinute, weight }).describe('What the tool says itself'),
      override: z
        .object({ perMinute, weight: weight.nullable() })
        .nullable()
        .describe('What an administrator set; a `null` inside leaves what is declared'),
    }),
  example,
);
export type ToolLimitView = z.infer<typeof toolLimitSchema>;

export const toolLimitListSchema = answerSchema('ToolLimitList', () => pageOf('tools', toolLimitSchema), {
  tools: [example],
  nextCursor: null,
});
export type ToolLimitList = z.infer<typeof toolLimitListSchema>;
