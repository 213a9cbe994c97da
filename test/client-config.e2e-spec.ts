import { CLIENTS } from '../src/client-config/clients.js';
import { Contract } from './support/contract.js';
import { TestService } from './support/test-service.js';

const PATH = '/api/mcp/client-config';
const NAMES = CLIENTS.map(({ client }) => client);

describe('GET /api/mcp/client-config', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    key = (await service.createKey(await service.createUser(), ['documents:read'])).apiKey;
  });
  afterAll(() => service.stop());

  it('requires a key', async () => {
    const answer = await service.request('GET', `${PATH}?client=codex`);
    expect([answer.status, answer.body.code]).toEqual([401, 'missing_api_key']);
  });

  it('lists the clients for any key', async () => {
    const { status, body } = await service.request('GET', PATH, { key });
    expect(status).toBe(200);
    expect(body).toEqual({
      clients: CLIENTS.map(({ client, title }) => ({ client, title })),
      nextCursor: null,
    });
  });

  it.each(NAMES)(
    'fills in the address of this service for %s, but never the key, as documented',
    async (client) => {
      const contract = new Contract((await service.request('GET', '/docs/openapi.json')).body);
      const operation = contract.operations().find(({ id }) => id === 'ClientConfigController.get')!;
      const answer = await service.request('GET', `${PATH}?client=${client}`, { key });
      expect([answer.status, contract.misfits(operation, answer)]).toEqual([200, []]);
      expect(answer.body).toMatchObject({
        client,
        url: `${service.url}/mcp`,
        keyVariable: 'BOUNCER_API_KEY',
      });
      const { keySource, commands, files, oauth } = answer.body;
      expect(JSON.stringify([commands, files]).includes(`${service.url}/mcp`)).toBe(keySource !== 'none');
      expect(JSON.stringify(oauth)).toContain(`${service.url}/mcp`);
      expect(oauth.notes.join()).toContain('administrator approves');
      expect(answer.text).not.toContain(key);
      expect(answer.text).not.toContain(key.slice(0, 8));
    },
  );

  it('refuses an unknown client, and names the known ones', async () => {
    const { status, body } = await service.request('GET', `${PATH}?client=emacs`, { key });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    for (const name of NAMES) expect(body.detail).toContain(name);
  });

  it.each(['client=', 'client=codex&client=cursor', 'client[]=codex', 'client=__proto__', 'clients=codex'])(
    'refuses ?%s',
    async (query) => {
      const { status, body } = await service.request('GET', `${PATH}?${query}`, { key });
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('does not trust the Host of a request', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    };
    const { text } = await service.request('GET', `${PATH}?client=cursor`, { key, headers });
    expect(text).not.toContain('evil.example');
  });
});

describe('GET /api/mcp/client-config behind another address', () => {
  it('uses PUBLIC_URL', async () => {
    const service = await TestService.start({
      env: { PUBLIC_URL: 'https://bouncer.example.com/', TRUST_PROXY: 'loopback' },
    });
    try {
      const listening = service.service.app.getHttpServer().address() as { port: number };
      const answer = await fetch(`http://127.0.0.1:${listening.port}${PATH}?client=codex`, {
        headers: { 'x-api-key': service.adminKey, 'x-forwarded-host': 'evil.example' },
      });
      const { url, files, notes } = (await answer.json()) as any;
      expect(url).toBe('https://bouncer.example.com/mcp');
      expect(files[0].content).toContain('url = "https://bouncer.example.com/mcp"');
      expect(notes.join()).not.toContain('PUBLIC_URL');
    } finally {
      await service.stop();
    }
  });

  it('says so when the service cannot know that address', async () => {
    const service = await TestService.start({ env: { TRUST_PROXY: 'loopback' } });
    try {
      const { body } = await service.request('GET', `${PATH}?client=codex`, { key: service.adminKey });
      expect(body.notes[0]).toContain('PUBLIC_URL');
    } finally {
      await service.stop();
    }
  });
});
