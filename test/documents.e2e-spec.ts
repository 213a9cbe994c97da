import { TestService, type TestUser } from './support/test-service.js';

const DOCUMENTS = '/api/documents';
const NO_ROW = '01900000-0000-7000-8000-000000000000';
const SCOPES = ['documents:read', 'documents:write', 'documents:delete'];
const MEMBERS = ['content', 'createdAt', 'filename', 'id', 'language', 'title', 'updatedAt'];
const RESULT_MEMBERS = ['createdAt', 'excerpt', 'filename', 'id', 'matched', 'passage', 'rank', 'title'];

interface Found {
  id: string;
  title: string;
  excerpt: string;
  filename: string | null;
  rank: number;
  createdAt: string;
}

describe('Documents', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
  });

  const create = (body: unknown, by = key) => service.request('POST', DOCUMENTS, { key: by, body });
  const write = async (title: string, content: string, by = key): Promise<string> => {
    const answer = await create({ title, content }, by);
    if (answer.status !== 201) throw new Error(`No document: ${answer.text}`);
    return answer.body.id as string;
  };
  const read = (id: string, by = key) => service.request('GET', `${DOCUMENTS}/${id}`, { key: by });
  const change = (id: string, body: unknown, by = key) =>
    service.request('PATCH', `${DOCUMENTS}/${id}`, { key: by, body });
  const remove = (id: string, by = key) => service.request('DELETE', `${DOCUMENTS}/${id}`, { key: by });
  const search = (body: unknown, by = key) =>
    service.request<{ results: Found[]; count: number; query: string }>('POST', `${DOCUMENTS}/search`, {
      key: by,
      body,
    });
  const titles = async (query: string, by = key) => {
    const { status, body } = await search({ query }, by);
    expect(status).toBe(200);
    return body.results.map(({ title }) => title);
  };
  const rowOf = async (id: string) =>
    (
      await service.query(
        'SELECT id, owner_id, title, content, filename, updated_at FROM documents WHERE id = $1',
        [id],
      )
    )[0];
  const count = async () =>
    (await service.query('SELECT id FROM documents WHERE owner_id = $1', [owner.id])).length;

  describe('that are written', () => {
    it('are created, read, changed and deleted', async () => {
      const text = {
        title: 'Plan — "2027" 😀',
        content: "It's <b>bold</b>; 100% ok\n\ttabs",
        filename: 'a/plan.md',
      };
      const created = await create(text);
      expect(created.status).toBe(201);
      expect(Object.keys(created.body).sort()).toEqual(MEMBERS);
      expect(created.body).toMatchObject(text);
      const { id } = created.body;
      expect(await rowOf(id)).toMatchObject({ owner_id: owner.id, ...text });
      expect((await read(id)).body).toEqual(created.body);

      const changed = await change(id, { content: 'New' });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ id, ...text, content: 'New', createdAt: created.body.createdAt });
      expect((await read(id)).body).toEqual(changed.body);

      const removed = await remove(id);
      expect([removed.status, removed.text]).toEqual([204, '']);
      expect(await rowOf(id)).toBeUndefined();
      for (const answer of [await read(id), await change(id, { title: 'x' }), await remove(id)]) {
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      }
    });

    it('keep what a change does not name, and drop a file name set to null', async () => {
      const { body } = await create({ title: 'Title', content: 'Content', filename: 'name.md' });
      expect((await change(body.id, { title: 'Other' })).body).toMatchObject({
        title: 'Other',
        content: 'Content',
        filename: 'name.md',
      });
      expect((await change(body.id, { filename: null })).body).toMatchObject({
        title: 'Other',
        content: 'Content',
        filename: null,
      });
      expect(await rowOf(body.id)).toMatchObject({ title: 'Other', content: 'Content', filename: null });
    });

    it('are found by their content after a change', async () => {
      const id = await write('Note', 'elephants');
      await change(id, { content: 'giraffes' });
      expect(await titles('elephant')).toEqual([]);
      expect(await titles('giraffe')).toEqual(['Note']);
    });

    it.each([
      ['nothing', {}],
      ['title: null', { title: null }],
      ['content: null', { content: null }],
      ['an empty title', { title: '' }],
      ['an owner', { ownerId: NO_ROW }],
      ['an id', { id: NO_ROW }],
      ['an empty list', []],
      ['NUL', { content: 'a\0b' }],
    ])('stay unchanged by a change of %s, which is refused with 400', async (_, body) => {
      const id = await write('Title', 'Content');
      const before = await rowOf(id);
      const answer = await change(id, body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await rowOf(id)).toEqual(before);
    });

    it.each([
      ['no title', { content: 'C' }],
      ['no content', { title: 'T' }],
      ['an empty title', { title: '', content: 'C' }],
      ['an empty content', { title: 'T', content: '' }],
      ['a title that is too long', { title: 'x'.repeat(301), content: 'C' }],
      ['a content that is too long', { title: 'T', content: 'x '.repeat(250_001) }],
      ['a file name that is too long', { title: 'T', content: 'C', filename: 'x'.repeat(10_001) }],
      ['a number for a title', { title: 1, content: 'C' }],
      ['NUL', { title: 'T\0', content: 'C' }],
      ['an owner', { title: 'T', content: 'C', ownerId: NO_ROW }],
      ['an empty list', []],
      ['a list', [{ title: 'T', content: 'C' }]],
    ])('are not created from a body with %s, which is refused with 400', async (_, body) => {
      const answer = await create(body);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(await count()).toBe(0);
    });

    it('accept a content of the full 500000 characters', async () => {
      const id = await write('Long', 'word '.repeat(100_000));
      expect((await read(id)).body.content).toHaveLength(500_000);
    });

    it('are found by each of very many different words', async () => {
      const words = Array.from({ length: 55_000 }, (_, word) => `w${word.toString(36)}x`.padEnd(8, 'y'));
      await write('Words', words.join(' '));
      expect(await titles(words.at(-1)!)).toEqual(['Words']);
    });
  });

  describe('that are listed', () => {
    it("span several pages by cursor, newest first, the caller's own only, without their texts", async () => {
      await write('Foreign', 'text', (await service.createKey(await service.createUser(), SCOPES)).apiKey);
      for (let number = 1; number <= 53; number++) await write(`Document ${number}`, 'text');
      const expected = Array.from({ length: 53 }, (_, index) => `Document ${53 - index}`);
      const shown = async (path: string) => service.pages<{ title: string }>(key, path, 'documents');
      const byDefault = await shown(DOCUMENTS);
      expect(byDefault.map((page) => page.length)).toEqual([50, 3]);
      expect(byDefault.flat().map(({ title }) => title)).toEqual(expected);
      const byTen = await shown(`${DOCUMENTS}?limit=10`);
      expect(byTen.map((page) => page.length)).toEqual([10, 10, 10, 10, 10, 3]);
      expect(byTen.flat().map(({ title }) => title)).toEqual(expected);
      expect(Object.keys(byTen[0]![0]!).sort()).toEqual([
        'createdAt',
        'filename',
        'id',
        'language',
        'title',
        'updatedAt',
      ]);
    });

    it('are listed without gap or repetition while others are added and removed', async () => {
      const ids: string[] = [];
      for (let number = 0; number < 6; number++) ids.unshift(await write(`Document ${number}`, 'text'));
      const first = await service.request('GET', `${DOCUMENTS}?limit=3`, { key });
      await write('Added', 'text');
      await remove(ids[2]!);
      const second = await service.request('GET', `${DOCUMENTS}?limit=3&cursor=${first.body.nextCursor}`, {
        key,
      });
      const seen = [...first.body.documents, ...second.body.documents].map(({ id }: { id: string }) => id);
      expect(seen).toEqual(ids);
      expect(second.body.nextCursor).toBeNull();
    });

    it.each(['limit=0', 'limit=101', 'limit=-1', 'limit=ten', 'cursor=x', 'cursor=a&cursor=b', 'owner=x'])(
      'refuse ?%s with 400',
      async (query) => {
        const answer = await service.request('GET', `${DOCUMENTS}?${query}`, { key });
        expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      },
    );
  });

  describe('that are searched', () => {
    it('are returned with exactly the members of the contract', async () => {
      const { body: document } = await create({
        title: 'Travel rules',
        content: 'Trains are paid in second class.',
        filename: 'travel.md',
      });
      const { status, body } = await search({ query: 'trains' });
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual([
        'count',
        'didYouMean',
        'partial',
        'query',
        'results',
        'unknownWords',
      ]);
      expect(Object.keys(body.results[0]!).sort()).toEqual(RESULT_MEMBERS);
      expect(body).toEqual({
        query: 'trains',
        count: 1,
        results: [
          {
            id: document.id,
            title: 'Travel rules',
            excerpt: '**Trains** are paid in second class.',
            filename: 'travel.md',
            rank: expect.any(Number),
            createdAt: document.createdAt,
            matched: ['trains'],
            passage: { id: `${document.id}#1`, headings: [], start: 0, end: 32 },
          },
        ],
        unknownWords: [],
        didYouMean: null,
        partial: false,
      });
      expect(body.results[0]!.rank).toBeGreaterThan(0);
    });

    it('are ranked: a match in the title comes before one in the text', async () => {
      await write('First', 'The invoice is on the table.');
      await write('Invoice', 'A form with a number.');
      await write('Last', 'An invoice lies here.');
      const { body } = await search({ query: 'invoice' });
      expect(body.results[0]!.title).toBe('Invoice');
      expect(body.results).toHaveLength(3);
      const ranks = body.results.map(({ rank }) => rank);
      expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
      expect(ranks[0]).toBeGreaterThan(ranks[1]!);
    });

    it('are ranked: two words near each other come before the same words far apart', async () => {
      await write('Far', `Budget. ${'Something else entirely. '.repeat(40)} Meeting.`);
      await write('Near', `The budget meeting. ${'Something else entirely. '.repeat(40)}`);
      expect(await titles('budget meeting')).toEqual(['Near', 'Far']);
    });

    it('show the matching words of a long text between **', async () => {
      await write(
        'Long',
        `${'Nothing to see here. '.repeat(200)}The zebra runs. ${'And on it goes. '.repeat(200)}`,
      );
      const { body } = await search({ query: 'zebras running' });
      expect(body.results[0]!.excerpt).toContain('**zebra** **runs**');
      expect(body.results[0]!.excerpt.length).toBeLessThan(800);
    });

    it('match words in other forms, and none in part', async () => {
      await write('Forms', 'He ran the companies.');
      expect(await titles('company')).toEqual(['Forms']);
      expect(await titles('COMPANIES')).toEqual(['Forms']);
      expect(await titles('ompan')).toEqual([]);
    });

    it('match phrases in quotes, alternatives with or, and not what has a word after -', async () => {
      await write('Cats', 'The quick cat sleeps.');
      await write('Dogs', 'The dog is quick and the cat is not.');
      await write('Birds', 'The bird sings.');
      expect((await titles('quick cat')).sort()).toEqual(['Cats', 'Dogs']);
      expect(await titles('"quick cat"')).toEqual(['Cats']);
      expect((await titles('sleeps or sings')).sort()).toEqual(['Birds', 'Cats']);
      expect((await titles('sleeps OR sings')).sort()).toEqual(['Birds', 'Cats']);
      expect(await titles('quick -dog')).toEqual(['Cats']);
      expect(await titles('quick -"quick cat"')).toEqual(['Dogs']);
    });

    it('are at most as many as requested, and ten by default', async () => {
      for (let number = 0; number < 12; number++) await write(`Number ${number}`, 'lorem ipsum');
      const sizes = async (limit?: number) => {
        const { body } = await search({ query: 'lorem', ...(limit && { limit }) });
        expect(body.count).toBe(body.results.length);
        return body.count;
      };
      expect([await sizes(), await sizes(1), await sizes(50)]).toEqual([10, 1, 12]);
    });

    it.each([
      ['no query', {}],
      ['an empty query', { query: '' }],
      ['query: null', { query: null }],
      ['a list as query', { query: ['x'] }],
      ['an object as query', { query: { $ne: null } }],
      ['a query that is too long', { query: 'x'.repeat(10_001) }],
      ['a query with NUL', { query: 'a\0b' }],
      ['limit 0', { query: 'x', limit: 0 }],
      ['limit 51', { query: 'x', limit: 51 }],
      ['limit 1.5', { query: 'x', limit: 1.5 }],
      ['limit "5"', { query: 'x', limit: '5' }],
      ['limit: null', { query: 'x', limit: null }],
      ['an owner', { query: 'x', ownerId: NO_ROW }],
      ['an empty list', []],
    ])('refuse with 400 a search with %s', async (_, body) => {
      const answer = await search(body);
      expect([answer.status, (answer.body as unknown as { code: string }).code]).toEqual([
        400,
        'validation_failed',
      ]);
    });

    const hostile = [
      "'",
      "''",
      "'; DROP TABLE documents; --",
      '"',
      '"unclosed',
      '"" ""',
      '%',
      '%%_',
      '\\',
      "\\'",
      '()',
      '((((',
      '& | ! <->',
      'a <-> b',
      'a:*',
      ':A',
      '-',
      '--',
      '- - -',
      '-a',
      'or',
      'or or or',
      'the',
      ' ',
      '\n\t',
      '😀',
      '👩‍👩‍👧‍👦 family',
      '漢字',
      '\u202Egnirts',
      '\uD800',
      '\uFFFF',
      '$1',
      '${x}',
      '{{x}}',
      '<script>alert(1)</script>',
      '**',
      '../../etc/passwd',
      'http://a.b/c?d=e&f=g',
      'a@b.c',
      '1e309',
      '-1.5',
      'x'.repeat(1000),
      'é'.repeat(1000),
      '漢'.repeat(1000),
      '😀'.repeat(500),
      '"'.repeat(1000),
      '-'.repeat(1000),
      'a '.repeat(500),
      'a or '.repeat(200),
      '"a b" '.repeat(160),
    ];
    it('can be searched with any text: a hostile one finds nothing of other users, and never causes a 5xx', async () => {
      const stranger = await service.createKey(await service.createUser(), SCOPES);
      for (const query of hostile.filter((text) => text.trim() !== '' && text.isWellFormed())) {
        await write('Secret of another', query.slice(0, 300), stranger.apiKey);
      }
      const own = await write('Own', 'quotes \' " % and so on');
      const wrong: unknown[] = [];
      for (const query of hostile) {
        const { status, body } = await search({ query });
        const known = [200, 400].includes(status);
        const mine = status !== 200 || body.results.every(({ id }) => id === own);
        if (!known || !mine) wrong.push({ query: query.slice(0, 40), status, body });
      }
      expect(wrong).toEqual([]);
      expect(await rowOf(own)).toBeDefined();
    });

    it('keep a text that looks like an attack unchanged, and are found by it', async () => {
      const content = 'Robert\'); DROP TABLE documents;-- 100% \\ " <b>';
      const id = await write("It's", content);
      expect((await read(id)).body.content).toBe(content);
      expect(await titles('robert')).toEqual(["It's"]);
    });
  });

  describe('of another user', () => {
    it('are never found, listed, read, changed or deleted', async () => {
      const stranger = await service.createKey(await service.createUser(), SCOPES);
      const id = await write('Confidential', 'mergers and acquisitions', stranger.apiKey);
      const before = await rowOf(id);
      expect(await titles('confidential or mergers')).toEqual([]);
      expect((await service.request('GET', DOCUMENTS, { key })).body).toEqual({
        documents: [],
        nextCursor: null,
      });
      for (const answer of [await read(id), await change(id, { title: 'x' }), await remove(id)]) {
        expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
        expect(answer.text).not.toContain('Confidential');
      }
      expect(await rowOf(id)).toEqual(before);
      expect(await titles('confidential or mergers', stranger.apiKey)).toEqual(['Confidential']);
    });

    it('cannot be read even by an admin, because a key acts for its owner', async () => {
      const id = await write('Private', 'diary');
      expect((await read(id, service.adminKey)).status).toBe(404);
      expect(await titles('diary', service.adminKey)).toEqual([]);
    });
  });

  it('require the scope of each action', async () => {
    const id = await write('Kept', 'text');
    const before = await rowOf(id);
    const only = async (scope: string) => (await service.createKey(owner, [scope])).apiKey;
    const statuses = async (by: string) => [
      (await service.request('GET', DOCUMENTS, { key: by })).status,
      (await read(id, by)).status,
      (await search({ query: 'text' }, by)).status,
      (await change(NO_ROW, { title: 'x' }, by)).status,
      (await remove(NO_ROW, by)).status,
    ];
    expect(await statuses(await only('documents:read'))).toEqual([200, 200, 200, 403, 403]);
    expect(await statuses(await only('documents:write'))).toEqual([403, 403, 403, 404, 403]);
    expect(await statuses(await only('documents:delete'))).toEqual([403, 403, 403, 403, 404]);
    expect(await statuses(await only('write'))).toEqual([403, 403, 403, 404, 403]);
    expect(await statuses(await only('documents:*'))).toEqual([200, 200, 200, 404, 404]);
    expect((await create({ title: 'x', content: 'x' }, await only('documents:read'))).status).toBe(403);
    expect(await rowOf(id)).toEqual(before);
    expect(await count()).toBe(1);
  });
});
