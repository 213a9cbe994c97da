import { ScriptedModel, type ModelScript } from './support/scripted-model.js';
import { ASK, askStream, readMessage, textOf } from './support/ui-stream.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const SCOPES = ['assistant:ask', 'documents:read', 'documents:write'];
const QUESTION = { question: 'What were our Q3 revenue numbers?' };
const PIECES = ['According to the Q3 report, ', 'revenue was $125,', '000 [1]', '.'];

/** A promise that a spec resolves. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

describe('The assistant with a language model', () => {
  let model: ScriptedModel;
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    model = await ScriptedModel.start();
    service = await TestService.start({ env: { ...model.env, ASSISTANT_USER_CONCURRENCY: '20' } });
    owner = await service.createUser();
    key = (await service.createKey(owner, SCOPES)).apiKey;
    const content = 'Q3 revenue was $125,000, which is 12% more than in Q2.';
    const body = { title: 'Q3 Financial Report', content, filename: 'q3.md' };
    await service.request('POST', '/api/documents', { key, body });
  });
  afterAll(async () => {
    await service.stop();
    await model.stop();
  });
  beforeEach(() => (model.requests.length = 0));

  const script = (next: ModelScript) => (model.script = () => next);
  const ask = async (body: object = QUESTION) =>
    (await service.request('POST', ASK, { key, body, headers: { accept: 'application/json' } })).body;
  const askRows = async () => (await service.auditRows()).filter(({ action }) => action === 'assistant.ask');
  const lastAskRow = async () => (await askRows()).at(-1)!;

  it('answers with the words of the model, piece by piece, with its sources and usage', async () => {
    const second = gate();
    script({ pieces: PIECES, before: (index) => (index === 1 ? second.opened : undefined) });
    const deltas: string[] = [];
    const response = await askStream(service, key, QUESTION);
    const message = await readMessage(response, (chunk) => {
      if (chunk.type !== 'text-delta') return;
      deltas.push(chunk.delta);
      // The first piece arrives while the model has not said the second.
      second.open();
    });
    expect(deltas[0]).toBe(PIECES[0]!.trimEnd());
    expect(textOf(message)).toBe(PIECES.join(''));
    expect(message.metadata).toEqual({
      ...QUESTION,
      mode: 'model',
      failure: null,
      usage: { inputTokens: 120, outputTokens: 30 },
    });
    expect(message.parts.filter(({ type }) => type === 'source-document')).toHaveLength(1);
    expect(await lastAskRow()).toMatchObject({
      outcome: 'success',
      metadata: { mode: 'model', sources: 1, usage: { input: 120, output: 30 } },
    });
  });

  it('gives the model the passages between lines that no document knows, no tools, and its key alone', async () => {
    script({ pieces: PIECES });
    await ask();
    const [{ authorization, body }] = model.requests as [(typeof model.requests)[number]];
    const [system, user] = body.messages.map(({ content }) => content) as [string, string];
    expect(authorization).toBe('Bearer model-key');
    expect(body.tools).toBeUndefined();
    expect(body.max_tokens).toBe(2000);
    const [, code] = /has the code ([0-9a-f]{18})\./.exec(system)!;
    expect(user).toContain(`--- passage 1 (${code})`);
    expect(user).toContain('Q3 revenue was $125,000');
    expect(user).toMatch(/Question: What were our Q3 revenue numbers\?$/);
    expect(JSON.stringify(body)).not.toContain(key);
    expect(JSON.stringify(body)).not.toContain(owner.email);
  });

  it('removes a citation that names no source', async () => {
    script({ pieces: ['Revenue was $125,000 [1][7', ']. It grew [9].'] });
    const { answer } = await ask();
    expect(answer).toBe('Revenue was $125,000 [1]. It grew.');
  });

  it('marks numbers and names that no cited passage has', async () => {
    script({ pieces: ['Revenue was $125,000, and Globex paid $340,500 of it [1].'] });
    const { answer, unsupported } = await ask();
    expect(
      unsupported.map(({ start, end }: { start: number; end: number }) => answer.slice(start, end)),
    ).toEqual(expect.arrayContaining([expect.stringContaining('340,500'), 'Globex']));
    expect(JSON.stringify(unsupported)).not.toContain('125,000');
    const message = await readMessage(await askStream(service, key, QUESTION));
    expect(message.parts.find(({ type }) => type === 'data-unsupported')).toMatchObject({
      data: unsupported,
    });
  });

  it('says that an answer was cut at the limit of tokens', async () => {
    script({ pieces: ['Revenue was $125,000 [1] and'], end: 'length' });
    expect((await ask()).answer).toMatch(/^Revenue was \$125,000 \[1\] and\n\n\(The answer is cut here/);
  });

  it('cuts the answer of a model that ignores its limit of tokens, and ends the request', async () => {
    const word = 'revenue '.repeat(1_000);
    script({ pieces: Array.from({ length: 20 }, () => word) });
    const { answer } = await ask();
    expect(answer.length).toBeLessThan(41_000);
    expect(answer).toContain('(The answer is cut here');
  });

  it.each([
    ['one piece that is far too long', 'x'.repeat(1_000_000)],
    ['brackets alone', '['.repeat(1_000_000)],
  ])('keeps the beginning of %s', async (_, piece) => {
    script({ pieces: [piece] });
    const { answer, failure } = await ask();
    expect(failure).toBeNull();
    expect(answer.slice(0, 3)).toBe(piece.slice(0, 3));
    expect(answer).toContain('(The answer is cut here');
  });

  it('reads no more of a response than an answer can have', async () => {
    script({ raw: 'a'.repeat(100_000), endless: true });
    const { answer, failure } = await ask();
    expect(failure).toBe('invalid');
    expect(await model.requests.at(-1)!.aborted).toBe(true);
    expect(answer).toContain('Q3 revenue was $125,000');
  });

  it('says that a response is no answer, and goes on with an extract', async () => {
    script({ raw: 'data: {"choices": 7}\n\n' });
    const { answer, failure } = await ask();
    expect(failure).toBe('invalid');
    expect(answer).toContain('Q3 revenue was $125,000');
  });

  it('removes control characters of the model', async () => {
    script({ pieces: ['Rev\u001b[31menue\u202e was $125,', '000\u0000 [1].\n\nYes.'] });
    expect((await ask()).answer).toBe('Rev[31menue was $125,000 [1].\n\nYes.');
  });

  it.each([
    [429, 'provider_429'],
    [500, 'provider_500'],
    [401, 'provider_401'],
  ])('goes on with an extract and says so where the provider answers %i', async (status, failure) => {
    script({ status });
    const answer = await ask();
    expect(answer).toMatchObject({ mode: 'model', failure, usage: {} });
    expect(answer.answer).toMatch(/^The language model .*status \d+\)\. /);
    expect(answer.answer).toContain('Q3 revenue was $125,000');
    expect(answer.answer).toContain('[1]');
    expect(JSON.stringify(answer)).not.toContain('secret of the provider');
    expect(await lastAskRow()).toMatchObject({ outcome: 'success', metadata: { failure } });
  });

  it('goes on with an extract where the model breaks off in the middle', async () => {
    script({ pieces: ['Revenue was '], end: 'break' });
    const { answer, failure } = await ask();
    expect(failure).toBe('cut_off');
    expect(answer).toMatch(/^Revenue was\s+The language model stopped in the middle of its answer\. /);
    expect(answer).toContain('Q3 revenue was $125,000');
  });

  it('goes on with an extract where the model says nothing', async () => {
    script({ pieces: [] });
    const { answer, failure } = await ask();
    expect(failure).toBe('empty');
    expect(answer).toContain('Q3 revenue was $125,000');
  });

  it('ends the request to the provider when the client goes', async () => {
    const never = gate();
    script({ pieces: PIECES, before: () => never.opened });
    const client = new AbortController();
    const response = await askStream(service, key, QUESTION, client.signal);
    const reader = response.body!.getReader();
    for (let text = ''; !text.includes('text-delta');) {
      const { value, done } = await reader.read();
      if (done) throw new Error('The answer ended');
      text += Buffer.from(value).toString();
    }
    const before = (await askRows()).length;
    client.abort();
    expect(await model.requests[0]!.aborted).toBe(true);
    never.open();
    await until(async () => (await askRows()).length > before);
    expect(await lastAskRow()).toMatchObject({
      outcome: 'success',
      metadata: { mode: 'model', aborted: true },
    });
  });

  it.each([
    ['key is revoked', (id: string) => ['DELETE', `/api/mcp/keys/${id}`, undefined] as const],
    ['key loses a scope', (id: string) => ['PATCH', `/api/mcp/keys/${id}`, { scopes: ['read'] }] as const],
    ['owner is deactivated', () => ['PATCH', `/api/users/${owner.id}`, { isActive: false }] as const],
  ])('ends an answer whose %s', async (_, change) => {
    const never = gate();
    script({ pieces: PIECES, before: (index) => (index === 1 ? never.opened : undefined) });
    const created = await service.createKey(owner, SCOPES);
    const response = await askStream(service, created.apiKey, QUESTION);
    const [method, path, body] = change(created.id);
    const changed = await service.request(method, path, { key: service.adminKey, ...(body && { body }) });
    expect(changed.status).toBeLessThan(300);
    await expect(response.text()).rejects.toThrow();
    never.open();
    await service.request('PATCH', `/api/users/${owner.id}`, {
      key: service.adminKey,
      body: { isActive: true },
    });
  });

  it('does not ask the model where nothing was found', async () => {
    script({ pieces: ['I know: 42 [1].'] });
    expect(await ask({ question: 'Wombat zoology?' })).toMatchObject({ mode: 'extract', sources: [] });
    expect(model.requests).toEqual([]);
  });

  it('has the model make a question of its own of a follow-up question, and searches for that', async () => {
    model.script = ({ body }) =>
      body.stream ? { pieces: PIECES } : { pieces: ['What was the revenue in the third quarter, Q3?\n'] };
    const history = [{ role: 'user', content: 'What does the report say of Q2?' }];
    const { question, sources } = await ask({ question: 'and the one after it?', history });
    expect(question).toBe('What was the revenue in the third quarter, Q3?');
    expect(sources).toHaveLength(1);
    expect(model.requests[0]!.body.messages[1]!.content).toContain('Last question: and the one after it?');
  });

  it('answers twenty questions at once, each with its own words, counted once and in its own row', async () => {
    const before = (await askRows()).length;
    model.script = ({ body }) => ({
      pieces: [`You asked ${/Question: (.*)$/.exec(body.messages[1]!.content)![1]}`, ' Revenue [1].'],
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) => ask({ question: `What was the revenue, ${number}?` })),
    );
    answers.forEach(({ answer }, number) =>
      expect(answer).toBe(`You asked What was the revenue, ${number}? Revenue [1].`),
    );
    await until(async () => (await askRows()).length === before + 20);
  });
});

describe('The limits of the assistant', () => {
  let model: ScriptedModel;
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    model = await ScriptedModel.start();
    service = await TestService.start({
      env: { ...model.env, ASSISTANT_USER_CONCURRENCY: '1', ASSISTANT_TIMEOUT_SECONDS: '1' },
    });
    key = (await service.createKey(await service.createUser(), SCOPES)).apiKey;
    const body = { title: 'Trains', content: 'Trains within the country are paid.' };
    await service.request('POST', '/api/documents', { key, body });
  });
  afterAll(async () => {
    await service.stop();
    await model.stop();
  });

  it('refuse a further answer while one is given, and end a model that takes too long', async () => {
    const never = gate();
    model.script = () => ({ pieces: ['Trains ', 'are paid [1].'], before: () => never.opened });
    const first = await askStream(service, key, { question: 'Which trains are paid?' });
    const second = await askStream(service, key, { question: 'Which trains are paid?' });
    expect([second.status, ((await second.json()) as { code: string }).code]).toEqual([
      429,
      'too_many_streams',
    ]);
    const message = await readMessage(first);
    expect(message.metadata).toMatchObject({ failure: 'timeout' });
    expect(textOf(message)).toContain('The language model took too long. ');
    expect(textOf(message)).toContain('Trains within the country are paid.');
    expect(await model.requests[0]!.aborted).toBe(true);
    never.open();
    model.script = () => ({ pieces: ['Yes [1].'] });
    expect(textOf(await readMessage(await askStream(service, key, { question: 'Which trains?' })))).toBe(
      'Yes [1].',
    );
  });

  it('give the place of a client that went at once to the next one', async () => {
    model.script = () => ({ pieces: ['Yes [1].'] });
    for (const delayMs of [0, 1, 2, 5, 10, 15, 20, 30]) {
      const client = new AbortController();
      const asked = askStream(service, key, { question: 'Which trains are paid?' }, client.signal);
      setTimeout(() => client.abort(), delayMs);
      await asked.then((response) => response.text()).catch(() => undefined);
    }
    await until(async () => {
      const response = await askStream(service, key, { question: 'Which trains are paid?' });
      await response.text();
      return response.status === 200;
    });
    const last = await askStream(service, key, { question: 'Which trains are paid?' });
    expect([last.status, textOf(await readMessage(last))]).toEqual([200, 'Yes [1].']);
  });

  it('hold for the address of the model as well: nothing is sent where it leads elsewhere', async () => {
    const elsewhere = await ScriptedModel.start();
    const { createServer } = await import('node:http');
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `${elsewhere.url}/chat/completions` }).end();
    }).listen(0, '127.0.0.1');
    const port = await new Promise<number>((resolve) =>
      redirecting.once('listening', () => resolve((redirecting.address() as { port: number }).port)),
    );
    const other = await TestService.start({
      env: { ...model.env, ASSISTANT_BASE_URL: `http://127.0.0.1:${port}/v1` },
    });
    try {
      const { apiKey } = await other.createKey(await other.createUser(), SCOPES);
      const body = { title: 'Trains', content: 'Trains within the country are paid.' };
      await other.request('POST', '/api/documents', { key: apiKey, body });
      const answer = await other.request('POST', ASK, {
        key: apiKey,
        body: { question: 'Which trains are paid?' },
        headers: { accept: 'application/json' },
      });
      expect(answer.body.failure).toBe('unreachable');
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await other.stop();
      redirecting.close();
      await elsewhere.stop();
    }
  });
});
