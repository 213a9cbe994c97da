import { Client } from 'pg';
import { bringBack, takeAway } from './support/database.js';
import { TestService } from './support/test-service.js';

const SEARCH = '/api/documents/search';

describe('A search that runs out of time', () => {
  let service: TestService;
  let key: string;
  let id: string;

  beforeAll(async () => {
    service = await TestService.start();
    const owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:read', 'documents:write'])).apiKey;
    const body = {
      title: 'Rules',
      content: 'Trains within the country are paid, hotels of three stars as well.',
    };
    id = (await service.request('POST', '/api/documents', { key, body })).body.id;
  });
  afterAll(() => service.stop());

  const search = async (query: string) => {
    const { status, body } = await service.request('POST', SEARCH, { key, body: { query } });
    return { status, ids: body.results?.map((found: { id: string }) => found.id), partial: body.partial };
  };
  const whole = () => ({ status: 200, ids: [id], partial: false });

  /** While somebody holds a table, each statement on it waits until its time is over. */
  async function whileLocked(table: string, work: () => Promise<void>): Promise<void> {
    const holder = new Client({ connectionString: service.database.ownerUrl });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
      await work();
    } finally {
      await holder.end();
    }
  }

  it('answers what it found with partial: true, over REST, to an agent and in a prompt, and later as a whole', async () => {
    expect(await search('trains')).toEqual(whole());
    await whileLocked('document_terms', async () => {
      const [rest, tool, prompt] = await Promise.all([
        search('trains'),
        service.call(key, 'documents_search', { query: '"trains within" +hotels coun*' }),
        service.rpc(key, 'prompts/get', {
          name: 'documents_answer',
          arguments: { question: 'Which trains?' },
        }),
      ]);
      expect(rest).toEqual({ status: 200, ids: [], partial: true });
      const { structuredContent } = tool.body.result;
      expect(structuredContent).toMatchObject({
        results: [],
        unknownWords: [],
        didYouMean: null,
        partial: true,
      });
      expect(prompt.body.result.messages).toHaveLength(1);
    });
    expect(await search('trains')).toEqual(whole());
  });

  it('finds the words as they are if those that come near them take too long', async () => {
    await whileLocked('document_words', async () => {
      expect(await search('trains')).toEqual({ ...whole(), partial: true });
    });
    expect(await search('trians')).toEqual(whole());
  });

  it('is told from a PostgreSQL that is unavailable, which is a 503', async () => {
    await takeAway(service.database.name);
    try {
      expect((await search('trains')).status).toBe(503);
    } finally {
      await bringBack(service.database.name);
    }
    expect(await search('trains')).toEqual(whole());
  });
});
