import * as z from 'zod';
import { SAMPLE, id, nextCursor, time, view, writtenView } from './view.js';

const summary = {
  id: SAMPLE.id,
  title: 'Travel rules',
  filename: 'travel.md',
  createdAt: SAMPLE.now,
  updatedAt: SAMPLE.now,
};
const summaryShape = {
  id,
  title: z.string(),
  filename: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
};
export const DocumentSummary = view('DocumentSummary', z.object(summaryShape), summary);
export const Document = view('Document', z.object({ ...summaryShape, content: z.string() }), {
  ...summary,
  content: 'Trains within the country, ...',
});
export const WrittenDocument = writtenView(
  'WrittenDocument',
  Document,
  ['id', 'createdAt', 'updatedAt'],
  'documents:read',
);
export const DocumentList = view(
  'DocumentList',
  z.object({ documents: z.array(DocumentSummary), nextCursor }),
  { documents: [summary], nextCursor: null },
);
export const SearchAnswer = view(
  'SearchAnswer',
  z.object({
    results: z.array(
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
        id: SAMPLE.id,
        title: 'Travel rules',
        excerpt: '**Trains** within the country',
        filename: 'travel.md',
        rank: 0.66,
        createdAt: SAMPLE.now,
      },
    ],
    count: 1,
    query: 'trains',
  },
);
