import { createHash } from 'node:crypto';
import { RegisteredClients } from '../src/oauth/clients/registered-clients.js';
import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { CALLBACK, challengeOf, membersOf, OAuthProgram } from './support/oauth-program.js';
import { createOrganization, type TestOrganization } from './support/organizations.js';
import { byPassword, person } from './support/people.js';
import { TestService, type TestUser } from './support/test-service.js';

const CLIENTS = '/api/oauth/clients';
const DOCUMENT = 'https://client.example.com/oauth/metadata.json';

describe('OAuth clients', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let other: TestOrganization;
  let atAda: Browser;
  let atMia: Browser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url, RATE_LIMIT_FAILED_KEYS: '10000' } });
    other = await createOrganization(service);
    const ada = await person(service, mailbox, 'ada@example.com', 'admin');
    const mia = await person(service, mailbox, 'mia@example.com');
    atAda = await byPassword(ada.email, service.url);
    atMia = await byPassword(mia.email, service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const send = (method: string, path: string, body?: unknown, key = service.adminKey) =>
    service.request(method, CLIENTS + path, { key, ...(body !== undefined && { body }) });
  const pathOf = (clientId: string) => `/${encodeURIComponent(clientId)}`;
  const decide = (clientId: string, state: string, key = service.adminKey) =>
    send('PATCH', pathOf(clientId), { state }, key);
  const stateOf = async (clientId: string, key = service.adminKey) => {
    const { status, body } = await send('GET', pathOf(clientId), undefined, key);
    return status === 200 ? body.state : status;
  };
  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const open = (browser: Browser, program: OAuthProgram) =>
    browser.request(
      'GET',
      program.authorizePath({ scope: 'documents:read', code_challenge: challengeOf('a'.repeat(43)) }),
    );

  describe('that registered', () => {
    it('waits for an administrator, whom a member asks by its id', async () => {
      const program = await OAuthProgram.register(service.url);
      expect(await stateOf(program.clientId)).toBe('pending');
      const page = await open(atMia, program);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining(program.clientId)]);
      expect(page.text).toContain('Ask an administrator');
      expect(page.text).not.toContain('Approve and go on');
      const { body } = await send('GET', pathOf(program.clientId));
      expect(body).toEqual({
        clientId: program.clientId,
        name: 'Spec program',
        state: 'pending',
        origin: 'registered',
        redirectUris: [CALLBACK],
        grantTypes: ['authorization_code', 'refresh_token'],
        tokenEndpointAuthMethod: 'none',
        agentId: null,
        createdAt: expect.any(String),
        decidedAt: null,
        decidedBy: null,
        lastUsedAt: null,
      });
    });

    it('comes in once it is approved, and is refused on the page and by its token once it is blocked', async () => {
      const program = await OAuthProgram.register(service.url);
      await open(atMia, program);
      expect((await decide(program.clientId, 'approved')).status).toBe(204);
      const tokens = await program.connect(atMia);
      expect((await me(tokens.access_token)).status).toBe(200);
      const blocked = await decide(program.clientId, 'blocked');
      expect([blocked.status, blocked.headers.get('coherence')]).toEqual([204, expect.any(String)]);
      const refused = await me(tokens.access_token);
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
      expect((await program.refresh(tokens.refresh_token!)).body.error).toBe('invalid_grant');
      const page = await open(atMia, program);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining('This program is blocked')]);
      const rows = await service.query(
        `SELECT metadata FROM audit_events WHERE resource = $1 AND action LIKE '%decide' ORDER BY id`,
        [`oauth_client:${program.clientId}`],
      );
      expect(rows.map(({ metadata }) => metadata)).toEqual([
        { state: 'approved', before: 'pending', name: 'Spec program' },
        { state: 'blocked', before: 'approved', name: 'Spec program' },
      ]);
    });

    it('is shown with where it leads, how it came, and its name apart from the text', async () => {
      const program = await OAuthProgram.register(service.url, {
        client_name: 'Claude <b>',
        redirect_uris: [CALLBACK, 'https://evil.example.com/a?b=<script>', 'com.example.app:/callback'],
        application_type: 'native',
      });
      for (const browser of [atMia, atAda]) {
        const page = await open(browser, program);
        expect(page.status).toBe(403);
        expect(page.text).toContain('<bdi>&quot;Claude &lt;b&gt;&quot;</bdi> is new in');
        expect(page.text).toContain('It registered by itself');
        expect(page.text).toContain(
          `<strong>a program on this computer (${new URL(CALLBACK).host})</strong>`,
        );
        expect(page.text).toContain(
          '<strong>evil.example.com</strong> <code>https://evil.example.com/a?b=%3Cscript%3E</code>',
        );
        expect(page.text).toContain('<strong>the program for com.example.app://</strong>');
      }
    });

    it('is approved by an administrator on the page, who goes on to the page of consent', async () => {
      const program = await OAuthProgram.register(service.url);
      const page = await open(atAda, program);
      expect([page.status, page.text]).toEqual([403, expect.stringContaining('Approve and go on')]);
      const { decision: _, ...members } = membersOf(page);
      const done = await atAda.submit('/auth/pages/consent/approve', members);
      expect([done.status, done.headers.get('location')]).toEqual([
        303,
        expect.stringContaining('/auth/oauth2/authorize?'),
      ]);
      expect(await stateOf(program.clientId)).toBe('approved');
      const asked = await atAda.request('GET', done.headers.get('location')!);
      expect([asked.status, asked.headers.get('location')]).toEqual([
        302,
        expect.stringContaining('/auth/pages/consent?'),
      ]);
    });

    it('is not approved by a member who sends the form of an administrator', async () => {
      const program = await OAuthProgram.register(service.url);
      const { decision: _, ...members } = membersOf(await open(atAda, program));
      const answer = await atMia.submit('/auth/pages/consent/approve', members);
      expect(answer.status).toBe(403);
      expect(await stateOf(program.clientId)).toBe('pending');
    });
  });

  describe('are decided about', () => {
    it('by administrators alone: a member cannot hold the scopes', async () => {
      const { apiKey: key } = await service.createKey(await service.createUser(), ['read', 'write']);
      for (const method of ['GET', 'POST']) {
        const answer = await send(method, '', method === 'POST' ? {} : undefined, key);
        expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
      }
      expect((await atMia.request('GET', CLIENTS)).status).toBe(403);
    });

    it('by each organization for itself: another one neither sees nor decides', async () => {
      const program = await OAuthProgram.register(service.url);
      await open(atMia, program);
      await decide(program.clientId, 'approved');
      expect(await stateOf(program.clientId, other.ownerKey)).toBe(404);
      const { body } = await send('GET', '', undefined, other.ownerKey);
      expect(body.clients.map(({ clientId }: { clientId: string }) => clientId)).not.toContain(
        program.clientId,
      );
      expect((await decide(program.clientId, 'blocked', other.ownerKey)).status).toBe(404);
      expect((await send('DELETE', pathOf(program.clientId), undefined, other.ownerKey)).status).toBe(403);
      expect(await stateOf(program.clientId)).toBe('approved');
    });

    it('in pages, newest first', async () => {
      for (let n = 0; n < 3; n++) await OAuthProgram.register(service.url);
      const pages = await service.pages<{ clientId: string }>(
        service.adminKey,
        `${CLIENTS}?limit=2`,
        'clients',
      );
      expect(pages.length).toBeGreaterThan(1);
      const ids = pages.flat().map(({ clientId }) => clientId);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('and end with their grants where an administrator of the service removes them', async () => {
      const program = await OAuthProgram.register(service.url);
      await open(atMia, program);
      await decide(program.clientId, 'approved');
      const tokens = await program.connect(atMia);
      expect((await me(tokens.access_token)).status).toBe(200);
      expect((await send('DELETE', pathOf(program.clientId))).status).toBe(204);
      expect((await me(tokens.access_token)).status).toBe(401);
      expect(await stateOf(program.clientId)).toBe(404);
      expect((await send('DELETE', pathOf(program.clientId))).status).toBe(404);
    });
  });

  describe('that an administrator makes', () => {
    it('is approved at once, and shows its secret once', async () => {
      const made = await send('POST', '', {
        name: 'Portal',
        redirectUris: [CALLBACK],
        tokenEndpointAuthMethod: 'client_secret_basic',
      });
      expect([made.status, made.body]).toEqual([
        201,
        {
          clientId: expect.any(String),
          clientSecret: expect.stringMatching(/^bouncer_cs_/),
          state: 'approved',
        },
      ]);
      const { clientId, clientSecret } = made.body;
      const [row] = await service.query('SELECT client_secret FROM oauth_clients WHERE client_id = $1', [
        clientId,
      ]);
      const hash = createHash('sha256').update(clientSecret.replace('bouncer_cs_', '')).digest('base64url');
      expect(row!.client_secret).toBe(hash);
      const basic = (secret: string) => ({
        authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      });
      const program = OAuthProgram.known(service.url, clientId);
      const verifier = 'c'.repeat(43);
      const code = async () => {
        const asked = { scope: 'documents:read', code_challenge: challengeOf(verifier) };
        const { searchParams } = await program.consent(atMia, asked);
        return {
          grant_type: 'authorization_code',
          code: searchParams.get('code')!,
          code_verifier: verifier,
          redirect_uri: CALLBACK,
        };
      };
      const wrong = await program.token(await code(), basic('bouncer_cs_wrong'));
      expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client']);
      const right = await program.token(await code(), basic(clientSecret));
      expect([right.status, right.text]).toEqual([200, expect.any(String)]);
      expect((await me(right.body.access_token)).status).toBe(200);
    });

    it('may be known by a metadata document alone, which is approved ahead', async () => {
      const made = await send('POST', '', { clientId: DOCUMENT });
      expect([made.status, made.body]).toEqual([
        201,
        { clientId: DOCUMENT, clientSecret: null, state: 'approved' },
      ]);
      const { body } = await send('GET', pathOf(DOCUMENT));
      expect(body).toEqual(
        expect.objectContaining({ origin: 'document', state: 'approved', name: null, redirectUris: [] }),
      );
      expect((await decide(DOCUMENT, 'blocked')).status).toBe(204);
      expect(await stateOf(DOCUMENT)).toBe('blocked');
      expect(await stateOf(DOCUMENT, other.ownerKey)).toBe(404);
      expect((await send('DELETE', pathOf(DOCUMENT))).status).toBe(204);
    });

    it.each([
      [{ redirectUris: [CALLBACK] }, 'name: is missing'],
      [{ name: 'x' }, 'redirectUris: are missing'],
      [{ name: 'x', redirectUris: ['http://example.com/'] }, 'is not HTTPS'],
      [{ name: 'x', redirectUris: ['javascript:alert(1)'] }, 'cannot begin with javascript:'],
      [{ name: 'x', redirectUris: ['https://example.com/#x'] }, 'has a fragment'],
      [{ name: 'x', redirectUris: ['editor://callback'] }, 'is no domain backwards'],
      [{ name: 'x', redirectUris: ['https://localhost/callback'] }, 'is reached by HTTP'],
      [{ name: 'x', redirectUris: [CALLBACK], grantTypes: ['client_credentials'] }, 'for agents alone'],
      [{ name: 'x', redirectUris: [CALLBACK], tokenEndpointAuthMethod: 'private_key_jwt' }, 'needs jwks'],
      [{ name: 'x', redirectUris: [CALLBACK], jwks: { keys: [] } }, 'nothing else has them'],
      [
        {
          name: 'x',
          redirectUris: [CALLBACK],
          tokenEndpointAuthMethod: 'private_key_jwt',
          jwksUri: 'https://x.example/',
        },
        'jwksUri',
      ],
      [
        {
          name: 'x',
          redirectUris: [CALLBACK],
          tokenEndpointAuthMethod: 'private_key_jwt',
          jwks: { keys: [{ kty: 'EC', d: 'x' }] },
        },
        'with public keys',
      ],
      [{ clientId: 'http://example.com/x' }, 'must be the HTTPS address'],
      [{ clientId: `https://client.example.com/${'x'.repeat(500)}` }, 'clientId'],
      [{ clientId: 'https://ada@client.example.com/x' }, 'must be the HTTPS address'],
      [{ clientId: DOCUMENT, name: 'x' }, 'is what the metadata document says'],
    ])('is refused as %j', async (body, message) => {
      const answer = await send('POST', '', body);
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(message)]);
    });

    it('is an agent where one is named, with no more than the agent and the caller have', async () => {
      const agent = await service.request('POST', '/api/agents', {
        key: service.adminKey,
        body: { name: 'Robot', scopes: ['documents:read'] },
      });
      const of = (more: object, key = service.adminKey) =>
        send('POST', '', { name: 'Robot', agentId: agent.body.id, ...more }, key);
      const made = await of({});
      expect([made.status, made.text]).toEqual([201, expect.any(String)]);
      const { body } = await send('GET', pathOf(made.body.clientId));
      expect(body).toEqual(
        expect.objectContaining({
          agentId: agent.body.id,
          origin: 'made',
          grantTypes: ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'],
        }),
      );
      expect((await of({ clientCredentialsScopes: ['documents:write'] })).status).toBe(400);
      expect((await of({ tokenEndpointAuthMethod: 'none' })).status).toBe(400);
      expect((await of({ grantTypes: ['authorization_code'], redirectUris: [CALLBACK] })).status).toBe(400);
      expect((await of({}, other.ownerKey)).status).toBe(404);
      const { apiKey: key } = await service.createKey({ id: agent.body.ownerId } as TestUser, [
        'clients:write',
      ]);
      const lacking = await of({}, key);
      expect([lacking.status, lacking.body.code]).toEqual([403, 'insufficient_scope']);
    });
  });

  describe('that nobody asks for', () => {
    const idle = async () => {
      const { body } = await send('GET', '?limit=100');
      return body.clients.filter(({ state }: { state: string }) => state === 'pending').length as number;
    };

    it('make room for another one, the oldest first, unless they are of this hour', async () => {
      const clients = service.service.app.get(RegisteredClients, { strict: false });
      const old = await OAuthProgram.register(service.url);
      const asked = await OAuthProgram.register(service.url);
      await open(atMia, asked);
      expect(await clients.makeRoom(1)).toBe(false);
      expect(await stateOf(old.clientId)).toBe('pending');
      await service.query(`UPDATE oauth_clients SET created_at = now() - interval '2 hours'`);
      expect(await clients.makeRoom(1)).toBe(true);
      expect(await stateOf(old.clientId)).toBe(404);
      expect(await stateOf(asked.clientId)).toBe('pending');
      expect(await idle()).toBeGreaterThan(0);
    });

    it('are gone after 30 days, but for those that somebody decided about or agreed to', async () => {
      const unused = await OAuthProgram.register(service.url);
      await open(atMia, unused);
      const approved = await OAuthProgram.register(service.url);
      await open(atMia, approved);
      await decide(approved.clientId, 'approved');
      await service.query(`UPDATE oauth_clients SET created_at = now() - interval '31 days'`);
      await service.query(`UPDATE oauth_client_decisions SET created_at = now() - interval '31 days'`);
      await service.service.app.get(RegisteredClients, { strict: false }).sweep();
      expect(await stateOf(unused.clientId)).toBe(404);
      expect(await stateOf(approved.clientId)).toBe('approved');
    });
  });

  describe('that came by a document', () => {
    const known = async (name: string) => {
      const id = `https://client.example.com/${name}.json`;
      await service.query(
        `INSERT INTO oauth_clients (id, client_id, client_discovery_id, redirect_uris, created_at, updated_at)
         VALUES (gen_random_uuid(), $1, 'cimd', '[]', now() - interval '31 days', now() - interval '31 days')`,
        [id],
      );
      return id;
    };
    const waits = (id: string, state = 'pending') =>
      service.query(
        `INSERT INTO oauth_client_decisions (id, organization_id, client_id, state, created_at)
         SELECT gen_random_uuid(), organization_id, $1, $2, now() - interval '31 days' FROM memberships LIMIT 1`,
        [id, state],
      );
    const left = async () => {
      const rows = await service.query<{ client_id: string }>(
        `SELECT client_id FROM oauth_clients WHERE client_discovery_id = 'cimd' ORDER BY client_id`,
      );
      return rows.map(({ client_id }) => client_id);
    };

    it('are gone when nobody has connected them for 30 days, agreed to them or decided about them', async () => {
      const [agreed, approved, asked, blocked, used] = [
        await known('agreed'),
        await known('approved'),
        await known('asked'),
        await known('blocked'),
        await known('used'),
      ];
      await waits(asked);
      await waits(approved, 'approved');
      await waits(blocked, 'blocked');
      await service.query('UPDATE oauth_clients SET updated_at = now() WHERE client_id = $1', [used]);
      await service.query(
        `INSERT INTO oauth_consents (id, client_id, user_id, reference_id, scopes, created_at, updated_at)
         SELECT gen_random_uuid(), $1, user_id, organization_id, '["documents:read"]', now(), now()
         FROM memberships LIMIT 1`,
        [agreed],
      );
      await service.service.app.get(RegisteredClients, { strict: false }).sweep();
      expect(await left()).toEqual([agreed, approved, blocked, used]);
      expect(await stateOf(asked)).toBe(404);
    });
  });

  it('do not register where that is off', async () => {
    const closed = await TestService.start({ env: { OAUTH_DCR: 'off' } });
    const answer = await closed.request('POST', '/register', { body: { redirect_uris: [CALLBACK] } });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client_metadata']);
    await closed.stop();
  });
});
