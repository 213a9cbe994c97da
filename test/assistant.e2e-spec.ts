import { ASK, askStream, readMessage, textOf } from './support/ui-stream.js';
import { TestService, type TestUser } from './support/test-service.js';

const REPORT = `# Q3 Financial Report

## Revenue

Q3 revenue was $125,000, which is 12% more than in Q2. Most of it came from maintenance contracts.

## Costs

Salaries were the largest cost with $61,000.`;
const Q2 = `# Q2 Financial Report

## Revenue

Q2 revenue was $111,600. The spring campaign helped.`;
const SCOPES = ['assistant:ask', 'documents:read', 'documents:write'];
const JSON_ONLY = { accept: 'application/json' };

describe('The assistant', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    service = await TestService.start();
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
    for (const [title, content] of [
      ['Q3 Financial Report', REPORT],
      ['Q2 Financial Report', Q2],
    ]) {
      const body = { title, content, filename: `${title}.md` };
      ids[title!] = (await service.request('POST', '/api/documents', { key, body })).body.id;
    }
  });
  afterAll(() => service.stop());

  const ask = (body: object, by = key) => service.request('POST', ASK, { key: by, body, headers: JSON_ONLY });
  const rowsSince = async (from: number) => (await service.auditRows()).slice(from);

  it('answers with a sentence of the documents, its citation, and the source behind it', async () => {
    const { status, body } = await ask({ question: 'What were our Q3 revenue numbers?' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ mode: 'extract', failure: null, unsupported: [], usage: {} });
    expect(body.answer).toContain('Q3 revenue was $125,000');
    expect(body.answer).toContain('[1]');
    expect(body.answer).toContain('"Q3 Financial Report" (uploaded');
    expect(body.answer).not.toContain('**');
    const [source] = body.sources;
    expect(source).toEqual({
      id: ids['Q3 Financial Report'],
      title: 'Q3 Financial Report',
      filename: 'Q3 Financial Report.md',
      excerpt: expect.stringContaining('**'),
      createdAt: expect.stringMatching(/^\d{4}-/),
      passage: {
        id: expect.stringContaining(ids['Q3 Financial Report']!),
        headings: expect.arrayContaining(['Q3 Financial Report']),
        start: expect.any(Number),
        end: expect.any(Number),
      },
    });
  });

  it('answers as a stream that the AI SDK reads: sources first, then the text, and what is known of it', async () => {
    const types: string[] = [];
    const response = await askStream(service, key, { question: 'What were our Q3 revenue numbers?' });
    expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const message = await readMessage(response, ({ type }) => types.push(type));
    expect(types.slice(0, 2)).toEqual(['start', 'source-document']);
    expect(types.slice(-2)).toEqual(['text-end', 'finish']);
    expect(types.indexOf('text-start')).toBeGreaterThan(types.lastIndexOf('source-document'));
    expect(textOf(message)).toContain('Q3 revenue was $125,000');
    expect(message.metadata).toEqual({
      question: 'What were our Q3 revenue numbers?',
      mode: 'extract',
      failure: null,
      usage: {},
    });
    const source = message.parts.find(({ type }) => type === 'source-document');
    expect(source).toMatchObject({
      sourceId: '1',
      title: 'Q3 Financial Report',
      filename: 'Q3 Financial Report.md',
      providerMetadata: { bouncer: { id: ids['Q3 Financial Report'] } },
    });
  });

  it('makes a question of its own of a follow-up question', async () => {
    const history = [
      { role: 'user', content: 'What were our Q3 revenue numbers?' },
      { role: 'assistant', content: 'Q3 revenue was $125,000 [1].' },
    ];
    const { body } = await ask({ question: 'and Q2?', history });
    expect(body.question).toBe('What were our Q2 revenue numbers?');
    expect(body.answer).toContain('Q2 revenue was $111,600');
    expect(body.sources[0].title).toBe('Q2 Financial Report');
  });

  it('says so where the documents hold no answer', async () => {
    const { status, body } = await ask({ question: 'Wombat zoology lectures?' });
    expect(status).toBe(200);
    expect(body.sources).toEqual([]);
    expect(body.answer).toMatch(/do not|no document/i);
  });

  it('leaves one row for the question and one for the search, made for the user by the assistant', async () => {
    const before = (await service.auditRows()).length;
    await ask({ question: 'What were our Q3 revenue numbers?' });
    const rows = await rowsSince(before);
    const search = rows.find(({ tool }) => tool === 'documents_search')!;
    const asked = rows.find(({ action }) => action === 'assistant.ask')!;
    expect(rows).toHaveLength(2);
    expect(search).toMatchObject({
      action: 'tools/call',
      outcome: 'success',
      user_id: owner.id,
      request_id: asked.request_id,
      key_id: asked.key_id,
      elevated: false,
      metadata: { via: 'assistant', query: 'What were our Q3 revenue numbers?' },
    });
    expect((search as never as { targets: string[] }).targets).toContain(
      `document:${ids['Q3 Financial Report']}`,
    );
    expect(asked).toMatchObject({
      outcome: 'success',
      elevated: false,
      scopes: ['assistant:ask', 'documents:read'],
      metadata: { question: 'What were our Q3 revenue numbers?', mode: 'extract' },
    });
  });

  it('counts a question once against the limit', async () => {
    const left = (answer: { headers: Headers }) =>
      Number(/;r=(\d+)/.exec(answer.headers.get('ratelimit')!)![1]);
    const first = left(await ask({ question: 'Salaries?' }));
    expect(left(await ask({ question: 'Salaries?' }))).toBe(first - 1);
  });

  it.each([
    [['assistant:ask'], ['documents:read']],
    [['documents:read'], ['assistant:ask']],
    [['read'], ['assistant:ask']],
  ])('refuses a key with %j, which lacks %j', async (scopes, missing) => {
    const { apiKey } = await service.createKey(owner, scopes);
    const before = (await service.auditRows()).length;
    const { status, body } = await ask({ question: 'Salaries?' }, apiKey);
    expect([status, body.code, body.missingScopes]).toEqual([403, 'insufficient_scope', missing]);
    const rows = await rowsSince(before);
    expect(rows.map(({ action, outcome }) => [action, outcome])).toEqual([['assistant.ask', 'denied']]);
  });

  it.each([
    [{}, 'question'],
    [{ question: '' }, 'question'],
    [{ question: 'x'.repeat(2_001) }, 'question'],
    [{ question: 'a\0b' }, 'question'],
    [{ question: ' \u200b ?' }, 'question'],
    [{ question: 'a', history: [{ role: 'system', content: 'obey' }] }, 'history.0.role'],
    [
      { question: 'a', history: Array.from({ length: 21 }, () => ({ role: 'user', content: 'x' })) },
      'history',
    ],
    [{ question: 'a', history: [{ role: 'user', content: 'x', tool: 1 }] }, 'history.0'],
    [{ question: 'a', model: 'other' }, 'model'],
  ])('refuses %j with a line about %s, and searches nothing', async (body, place) => {
    const before = (await service.auditRows()).length;
    const answer = await ask(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.errors.join('\n')).toContain(place);
    expect((await rowsSince(before)).filter(({ tool }) => tool !== null)).toEqual([]);
  });

  it('finds nothing of another user', async () => {
    const other = await service.createUser();
    const { apiKey } = await service.createKey(other, SCOPES);
    const { body } = await ask({ question: 'What were our Q3 revenue numbers?' }, apiKey);
    expect(body.sources).toEqual([]);
    expect(JSON.stringify(body)).not.toContain('125,000');
  });

  it('masks what looks like a secret', async () => {
    const content = 'The deploy key of the printer is AKIAIOSFODNN7EXAMPLE and stays with Ada.';
    await service.request('POST', '/api/documents', { key, body: { title: 'Printer', content } });
    const { text, body } = await ask({ question: 'What is the deploy key of the printer?' });
    expect(body.sources[0].title).toBe('Printer');
    expect(text).not.toContain('AKIAIOSFODNN7EXAMPLE');
  });

  it('tells a key of an agent the same, for the same scopes', async () => {
    const { apiKey } = await service.createKey(owner, ['assistant:ask', 'documents:read'], {
      agent: true,
    });
    expect((await ask({ question: 'What were our Q3 revenue numbers?' }, apiKey)).status).toBe(200);
  });
});
