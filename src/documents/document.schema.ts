import * as z from 'zod';
import { answerSchema, partialAnswerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, time } from '../openapi/schema-parts.js';

const summaryExample = {
  id: EXAMPLE.id,
  title: 'Travel rules',
  filename: 'travel.md',
  createdAt: EXAMPLE.now,
  updatedAt: EXAMPLE.now,
};
const summaryShape = () => ({
  id,
  title: z.string(),
  filename: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
});

export const documentSummarySchema = answerSchema(
  'DocumentSummary',
  () => z.object(summaryShape()),
  summaryExample,
);
export type DocumentSummary = z.infer<typeof documentSummarySchema>;

export const documentSchema = answerSchema(
  'Document',
  () => z.object({ ...summaryShape(), content: z.string() }),
  { ...summaryExample, content: 'Trains within the country, ...' },
);
export type DocumentView = z.infer<typeof documentSchema>;

export const writtenDocumentSchema = partialAnswerSchema(
  'WrittenDocument',
  documentSchema,
  ['id', 'createdAt', 'updatedAt'],
  'documents:read',
);

export const documentListSchema = answerSchema(
  'DocumentList',
  () => pageOf('documents', documentSummarySchema),
  { documents: [summaryExample], nextCursor: null },
);
export type DocumentList = z.infer<typeof documentListSchema>;

export const searchAnswerSchema = answerSchema(
  'SearchAnswer',
  () =>
    z.object({
      results: listOf(
        z.object({
          id,
          title: z.string(),
          excerpt: z.string().describe('The passages that match, the matching words between `**`'),
          filename: z.string().nullable(),
          rank: z.number(),
          createdAt: time,
        }),
      ),
      count: z.int(),
      query: z.string(),
    }),
  {
    results: [
      {
        id: EXAMPLE.id,
        title: 'Travel rules',
        excerpt: '**Trains** within the country',
        filename: 'travel.md',
        rank: 0.66,
        createdAt: EXAMPLE.now,
      },
    ],
    count: 1,
    query: 'trains',
  },
);
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
export type SearchResult = SearchAnswer['results'][number];
