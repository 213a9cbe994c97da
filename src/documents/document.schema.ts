import * as z from 'zod';
import { answerSchema, partialAnswerSchema } from '../openapi/answer-schema.js';
import { EXAMPLE, id, listOf, pageOf, time } from '../openapi/schema-parts.js';
import { LANGUAGES } from './search/languages.js';
import { ACCESS } from './sharing/reader.js';

const summaryExample = {
  id: EXAMPLE.id,
  title: 'Travel rules',
  filename: 'travel.md',
  language: null,
  createdAt: EXAMPLE.now,
  updatedAt: EXAMPLE.now,
};
const reachedShape = () => ({
  ownerId: id.optional().describe('The user or the team whose document it is; left out where it is your own'),
  access: z
    .enum(ACCESS)
    .optional()
    .describe('What you may do with it: an owner also deletes and shares it. Left out where it is your own'),
});
const summaryShape = () => ({
  id,
  title: z.string(),
  filename: z.string().nullable(),
  language: z.enum(LANGUAGES).nullable().describe('As it was given; `null`: it is detected'),
  createdAt: time,
  updatedAt: time,
  ...reachedShape(),
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
          rank: z.number().describe('How well it matches, to be compared within one answer only'),
          createdAt: time,
          ...reachedShape(),
          matched: listOf(z.string()).describe(
            'The words of the query that it has, or has synonyms or near forms of',
          ),
          passage: z
            .object({
              id: z.string(),
              headings: listOf(z.string()).describe('The headings above it, the highest first'),
              start: z.int().describe('Where it begins in the text, in characters'),
              end: z.int(),
            })
            .describe('The part of the document that matches best: cite it'),
        }),
      ),
      count: z.int(),
      query: z.string(),
      unknownWords: listOf(z.string()).describe('The words of the query that are in none of your documents'),
      didYouMean: z
        .string()
        .nullable()
        .describe('The query with words that are in your documents in place of unknown ones'),
      partial: z
        .boolean()
        .describe('Whether the search ran out of time, so that there may be better results'),
    }),
  {
    results: [
      {
        id: EXAMPLE.id,
        title: 'Travel rules',
        excerpt: '**Trains** within the country',
        filename: 'travel.md',
        rank: 4.2,
        createdAt: EXAMPLE.now,
        matched: ['trains'],
        passage: { id: `${EXAMPLE.id}#1`, headings: ['Travel rules'], start: 0, end: 812 },
      },
    ],
    count: 1,
    query: 'trains',
    unknownWords: [],
    didYouMean: null,
    partial: false,
  },
);
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;
export type SearchResult = SearchAnswer['results'][number];
