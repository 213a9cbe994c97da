import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as Postgres } from 'pg';
import { Replica } from './support/replica.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually, until } from './support/until.js';

describe('Clients that listen on another replica', () => {
  let service: TestService;
  let replica: Replica;
  let user: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    replica = await Replica.of(service);
    user = await service.createUser();
    key = (await service.createKey(user, ['documents:*'])).apiKey;
  });
  afterAll(async () => {
    await replica?.stop();
    await service?.stop();
  });

  const connect = async () => {
    const client = new Client(
      { name: 'spec', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${replica.service.url}/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${key}` } },
      }),
    );
    return client;
  };
  const interests = async () =>
    (await service.query<{ topic: string }>('SELECT topic FROM coherence_interests')).map(
      ({ topic }) => topic,
    );

  it('are notified of a resource that changes, and nobody is notified when they have gone', async () => {
    const body = { title: 'A', content: 'B' };
    const { id } = (await service.request('POST', '/api/documents', { key, body })).body;
    const client = await connect();
    const heard: string[] = [];
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    );
    const listening = await client.listen({ resourceSubscriptions: [`document://${id}`] });
    expect(await interests()).toEqual(['resources']);
    await service.request('PATCH', `/api/documents/${id}`, { key, body: { title: 'C' } });
    await until(() => heard.length > 0);
    expect(heard).toEqual([`document://${id}`]);
    await listening.close();
    await client.close();
    expect(await eventually(interests, ({ length }) => length === 0)).toEqual([]);
  });

  it('are notified of a tool that is switched off', async () => {
    const client = await connect();
    let heard = 0;
    client.setNotificationHandler('notifications/tools/list_changed', () => void heard++);
    const listening = await client.listen({ toolsListChanged: true });
    const path = '/api/tools/whoami';
    await service.request('PUT', path, { key: service.adminKey, body: { enabled: false } });
    await until(() => heard > 0);
    expect(heard).toBe(1);
    await service.request('PUT', path, { key: service.adminKey, body: { enabled: true } });
    await listening.close();
    await client.close();
  });

  it('have the rows of the audit announced, which are announced to nobody otherwise', async () => {
    const announced: string[] = [];
    const postgres = new Postgres({ connectionString: service.database.ownerUrl });
    await postgres.connect();
    postgres.on('notification', ({ payload }) => void announced.push(payload!));
    await postgres.query('LISTEN audit_added');
    const call = async () => {
      const answer = await service.request('GET', '/api/documents', { key });
      await service.auditRows();
      return answer.headers.get('x-request-id');
    };
    await call();
    await postgres.query('SELECT 1');
    expect(announced).toEqual([]);
    const stream = get(`${replica.service.url}/api/audit/stream`, {
      headers: { 'x-api-key': service.adminKey },
    });
    const [answer] = (await once(stream, 'response')) as [IncomingMessage];
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => (text += part));
    expect(await interests()).toEqual(['audit']);
    const id = await call();
    await until(() => text.includes(id!));
    expect(text).toContain(id);
    expect(announced.length).toBeGreaterThan(0);
    stream.destroy();
    await postgres.end();
    expect(await eventually(interests, ({ length }) => length === 0)).toEqual([]);
  });
});
