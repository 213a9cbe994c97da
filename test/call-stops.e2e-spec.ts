import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';
import { eventually } from './support/until.js';

const STOP = '/api/service/stop-calls';

describe('A tool that an administrator switches off', () => {
  let service: TestService;
  let replica: Replica;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    replica = await Replica.of(service);
    key = (await service.createKey(await service.createUser(), ['documents:read'], { agent: true })).apiKey;
  });
  afterAll(async () => {
    await replica?.stop();
    await service?.stop();
  });

  const admin = (method: string, path: string, body?: unknown) =>
    service.request(method, path, { key: service.adminKey, ...(body !== undefined && { body }) });
  const turn = (body: object, name = 'whoami') => admin('PUT', `/api/tools/${name}`, body);
  const listed = async () =>
    (
      await replica.request('POST', '/mcp', key, { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
    ).body.result.tools.map(({ name }: { name: string }) => name) as string[];

  it('is refused with the message on every replica once the change has returned, and leaves a row', async () => {
    expect((await replica.call(key, 'whoami')).body.result.isError).toBeUndefined();
    const changed = await turn({ enabled: false, message: 'Use documents_list instead.' });
    expect([changed.status, changed.body]).toEqual([
      200,
      {
        name: 'whoami',
        enabled: false,
        stop: {
          message: 'Use documents_list instead.',
          until: null,
          stoppedBy: expect.any(String),
          stoppedAt: expect.any(String),
        },
      },
    ]);
    expect(changed.headers.get('coherence')).toMatch(/^replicas=2, waited=\d+$/);
    const answer = await replica.call(key, 'whoami');
    expect([answer.status, answer.body.result.isError]).toEqual([200, true]);
    expect(answer.body.result.content[0].text).toContain('Use documents_list instead.');
    await replica.flush();
    const rows = await service.auditRows("tool = 'whoami' AND outcome = 'denied'");
    expect(rows).toMatchObject([{ reason: 'call_stopped' }]);
    expect(await listed()).not.toContain('whoami');
    await turn({ enabled: true });
    expect((await replica.call(key, 'whoami')).body.result.isError).toBeUndefined();
    expect(await listed()).toContain('whoami');
  });

  it('runs again by itself when the time is over', async () => {
    const until = new Date(Date.now() + 1_000).toISOString();
    expect((await turn({ enabled: false, until })).status).toBe(200);
    expect((await replica.call(key, 'whoami')).body.result.isError).toBe(true);
    const answer = await eventually(
      () => replica.call(key, 'whoami'),
      ({ body }) => body.result.isError === undefined,
    );
    expect(answer.status).toBe(200);
    expect(await eventually(listed, (names) => names.includes('whoami'))).toContain('whoami');
    const { tools } = (await admin('GET', '/api/tools')).body;
    expect(tools.find(({ name }: { name: string }) => name === 'whoami')).toEqual({
      name: 'whoami',
      enabled: true,
      stop: null,
      lastDay: {
        calls: expect.any(Number),
        errors: 0,
        refused: expect.any(Number),
        p95Ms: expect.any(Number),
      },
    });
  });

  it('is still refused for the lack of a scope to a caller without it, who learns nothing of the stop', async () => {
    await turn({ enabled: false, message: 'Internal reasons.' }, 'documents_delete');
    const answer = await replica.call(key, 'documents_delete', {
      id: '018f0000-0000-7000-8000-000000000000',
    });
    expect([answer.status, answer.text.includes('Internal reasons')]).toEqual([403, false]);
    await turn({ enabled: true }, 'documents_delete');
  });

  it('leaves a row that says who changed it, with the change', async () => {
    await turn({ enabled: false, message: 'Later.' });
    await turn({ enabled: true });
    const rows = await service.auditRows("resource = 'tool:whoami' AND outcome = 'success'");
    expect(rows.at(-2)).toMatchObject({
      elevated: true,
      metadata: { changes: { enabled: false, message: 'Later.' } },
    });
    expect(rows.at(-1)).toMatchObject({ elevated: true, metadata: { changes: { enabled: true } } });
  });

  it.each([
    ['a tool that does not exist', 'nothing', { enabled: false }, 404, 'not_found'],
    ['no decision', 'whoami', { message: 'x' }, 400, 'validation_failed'],
    ['an end in the past', 'whoami', { enabled: false, until: '2020-01-01' }, 400, 'validation_failed'],
    ['a message of two lines', 'whoami', { enabled: false, message: 'a\nb' }, 400, 'validation_failed'],
  ])('is not changed by a request with %s', async (_, name, body, status, code) => {
    const answer = await turn(body, name);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(await service.query('SELECT FROM call_stops')).toEqual([]);
  });

  it('cannot be changed by the key of a member or an agent', async () => {
    const member = await service.createUser();
    const refused = await service.request('POST', '/api/mcp/keys', {
      key: service.adminKey,
      body: { name: 'Switch', userId: member.id, scopes: ['service:write'] },
    });
    expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
    const { apiKey } = await service.createKey(member, ['read', 'write', 'delete']);
    const answer = await service.request('PUT', '/api/tools/whoami', {
      key: apiKey,
      body: { enabled: false },
    });
    expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
  });

  it('is stopped with all other calls, until somebody lets them run again', async () => {
    const document = await service.request('POST', '/api/documents', {
      key: service.adminKey,
      body: { title: 'A', content: 'B' },
    });
    expect((await admin('GET', STOP)).body).toEqual({ stopped: false, stop: null });
    const stopped = await admin('POST', STOP, { message: 'An incident is being looked into.' });
    expect([stopped.status, stopped.body.stopped]).toEqual([200, true]);
    const text = 'All calls are stopped by an administrator. An incident is being looked into.';
    const adminCall = (method: string, params: unknown) =>
      replica.request('POST', '/mcp', service.adminKey, { jsonrpc: '2.0', id: 1, method, params });
    expect((await replica.call(key, 'documents_list')).body.result.content[0].text).toContain(text);
    const read = await adminCall('resources/read', { uri: `document://${document.body.id}` });
    expect(read.body.error).toMatchObject({
      message: expect.stringContaining(text),
      data: { code: 'call_stopped' },
    });
    expect(
      (await adminCall('prompts/get', { name: 'documents_answer', arguments: { question: 'x' } })).body.error,
    ).toMatchObject({ data: { code: 'call_stopped' } });
    expect(await listed()).toEqual([]);
    expect((await admin('DELETE', STOP)).status).toBe(204);
    expect((await replica.call(key, 'documents_list')).body.result.isError).toBeUndefined();
  });
});
