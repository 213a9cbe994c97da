import { TEXT_POSITION } from './document-layout.js';
import type { Ranked } from './ranking.js';
import { resultsOf } from './search-results.js';
import type { Statements } from './statements.js';

const found = (id: string): Ranked => ({
  candidate: {
    id,
    title: id,
    filename: null,
    createdAt: new Date(),
    reached: {},
    layout: {
      passages: [{ start: 0, end: 7, headings: [], from: TEXT_POSITION, to: TEXT_POSITION + 1, length: 1 }],
      headings: [],
      length: 1,
    },
    positions: new Map(),
  },
  score: 1,
  share: 1,
  passage: 0,
  matched: [],
});
const reader = { userId: 'ada', organizationId: 'example' };
const plan = { groups: [], phrases: [], excludedPhrases: [], excluded: [], hasOnlyStopWords: false };

describe('resultsOf', () => {
  it('leaves out a document that is deleted while it is searched', async () => {
    const statements: Statements = {
      query: async <Rows>() => [{ before: '', text: 'kestrel', after: '', place: 1 }] as Rows,
    };
    const { results } = await resultsOf(statements, reader, plan, [found('gone'), found('left')], []);
    expect(results).toMatchObject([{ id: 'left', excerpt: 'kestrel' }]);
  });
});
