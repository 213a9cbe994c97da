import * as z from 'zod';
import { answerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, time } from '../openapi/schema-parts.js';

const claimSchema = z.object({
  text: z.string(),
  start: z.int().describe('Where it begins in `answer`'),
  end: z.int(),
});

export const assistantAnswerSchema = answerSchema(
  'AssistantAnswer',
  () =>
    z.object({
      answer: z
        .string()
        .describe('Markdown; `[n]` cites the source with that place in `sources`, the first is `[1]`'),
      sources: listOf(
        z.object({
          id: id.describe('The id of the document'),
          title: z.string(),
          excerpt: z.string(),
          filename: z.string().nullable(),
          createdAt: time,
          passage: z.object({
            id: z.string(),
            headings: listOf(z.string()).describe('The headings above it, the highest first'),
            start: z.int().describe('Where it begins in the text, in characters'),
            end: z.int(),
          }),
        }),
      ),
      question: z
        .string()
        .describe('The question that was answered: a follow-up is made a question of its own'),
      mode: z
        .enum(['extract', 'model'])
        .describe(
          'Whether the answer has sentences of the documents word for word, or was written by a language model',
        ),
      failure: z
        .string()
        .nullable()
        .describe(
          'Why a language model gave no whole answer, such as `provider_429` or `timeout`; the answer then has an extract',
        ),
      unsupported: listOf(claimSchema).describe(
        'Numbers and names in the answer of a model that no cited passage has',
      ),
      usage: z
        .object({ inputTokens: z.int().optional(), outputTokens: z.int().optional() })
        .describe('The tokens that a language model used'),
    }),
  {
    answer:
      'According to "Travel rules" (uploaded 31 Jan 2027): "Trains within the country are paid." [1]\n\nThese are sentences of your documents, word for word.',
    sources: [
      {
        id: EXAMPLE.id,
        title: 'Travel rules',
        excerpt: '**Trains** within the country',
        filename: 'travel.md',
        createdAt: EXAMPLE.now,
        passage: { id: `${EXAMPLE.id}#1`, headings: ['Travel rules'], start: 0, end: 812 },
      },
    ],
    question: 'Which trains are paid?',
    mode: 'extract',
    failure: null,
    unsupported: [],
    usage: {},
  },
);
export type AssistantAnswer = z.infer<typeof assistantAnswerSchema>;
