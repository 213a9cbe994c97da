import { randomUUID } from 'node:crypto';
import { generateKeyPair, exportJWK, SignJWT } from 'jose';
import { Browser } from './support/browser.js';
import { DocumentHost } from './support/document-host.js';
import { Mailbox } from './support/mailbox.js';
import { challengeOf, OAuthProgram } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { TestService } from './support/test-service.js';

const VERIFIER = 'v'.repeat(43);
const WEB_CALLBACK = 'https://app.example.com/callback';

describe('A client whose id is the address of its document', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let host: DocumentHost;
  let atAda: Browser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    host = await DocumentHost.open();
    service = await TestService.start({
      env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    host.reachableFor(service);
    const ada = await person(service, mailbox, 'ada@example.com');
    atAda = await byPassword(ada.email, service.url);
  });
  afterAll(async () => {
    await service.stop();
    await host.close();
    await mailbox.close();
  });

  const programOf = (id: string) => OAuthProgram.known(service.url, id);
  const pathFor = (id: string, more: Record<string, string> = {}) =>
    programOf(id).authorizePath({
      scope: 'documents:read',
      code_challenge: challengeOf(VERIFIER),
      ...more,
    });
  const ask = (id: string, more: Record<string, string> = {}) => atAda.request('GET', pathFor(id, more));
  const timesRead = (id: string) => host.read.filter((path) => id.endsWith(path)).length;
  const age = (id: string, hours: number) =>
    service.query(
      `UPDATE oauth_clients SET metadata = jsonb_build_object('freshUntil', now() - make_interval(hours => $2))
       WHERE client_id = $1`,
      [id, hours],
    );

  it('is announced in the metadata of the authorization server', async () => {
    const { body } = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect(body.client_id_metadata_document_supported).toBe(true);
  });

  it('connects without a registration, and calls tools for the person who agreed', async () => {
    const id = host.serve('/connects.json');
    const tokens = await programOf(id).connect(atAda, 'documents:read');
    const answer = await service.request('GET', '/api/me', {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect([answer.status, answer.body.user.email]).toEqual([200, 'ada@example.com']);
    const renewed = await programOf(id).refresh(tokens.refresh_token!);
    expect([renewed.status, renewed.text]).toEqual([200, expect.any(String)]);
  });

  it('is shown with the host that publishes it and the place that the answer is sent to', async () => {
    const id = host.serve('/shown.json', { client_name: 'Claude <b>' });
    const asked = await ask(id);
    const page = await atAda.request('GET', asked.headers.get('location')!);
    expect(page.text).toContain('<bdi>&quot;Claude &lt;b&gt;&quot;</bdi> asks to act for you');
    expect(page.text).toContain(`<strong>${new URL(id).host}</strong>`);
    expect(page.text).toContain('<strong>a program on this computer (127.0.0.1:33333)</strong>');
  });

  it('is read once, and by nobody who has not signed in', async () => {
    const id = host.serve('/once.json');
    const nobody = new Browser(service.url);
    const stranger = await nobody.request('GET', pathFor(id));
    expect([stranger.status, stranger.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/auth\/pages\/sign-in/),
    ]);
    await nobody.request('GET', pathFor(id, { prompt: 'none' }));
    const token = await programOf(id).token({
      grant_type: 'authorization_code',
      code: 'x',
      code_verifier: VERIFIER,
      redirect_uri: 'http://127.0.0.1:33333/callback',
    });
    expect(token.body.error).toMatch(/^invalid_(client|grant)$/);
    for (const path of ['revoke', 'introspect'])
      await programOf(id).post(`/auth/oauth2/${path}`, { token: 'x' });
    expect(timesRead(id)).toBe(0);
    const asked = await Promise.all([ask(id), ask(id), ask(id)]);
    expect(asked.map(({ status }) => status)).toEqual([302, 302, 302]);
    await ask(id);
    expect(timesRead(id)).toBe(1);
  });

  it('is read again after the time that its server says, between five minutes and a day', async () => {
    const bounds = async (id: string): Promise<number> => {
      await ask(id);
      const [row] = await service.query<{ seconds: number }>(
        `SELECT extract(epoch FROM (metadata->>'freshUntil')::timestamptz - updated_at)::int AS seconds
         FROM oauth_clients WHERE client_id = $1`,
        [id],
      );
      return row!.seconds;
    };
    const near = (seconds: number) => expect.closeTo(seconds, -2);
    expect(await bounds(host.serve('/short.json', {}, { 'cache-control': 'no-store' }))).toEqual(near(300));
    expect(await bounds(host.serve('/hour.json', {}, { 'cache-control': 'public, max-age=3600' }))).toEqual(
      near(3600),
    );
    const long = host.serve('/long.json', {}, { 'cache-control': 'max-age=99999999' });
    expect(await bounds(long)).toEqual(near(86_400));
    await age(long, 1);
    host.serve('/long.json', { client_name: 'Renamed' });
    const page = await atAda.request('GET', (await ask(long)).headers.get('location')!);
    expect(page.text).toContain('&quot;Renamed&quot;');
  });

  it('stays known for a day while its server fails, and no longer', async () => {
    const id = host.serve('/fails.json');
    await ask(id);
    host.serveBy('/fails.json', (_request, response) => response.writeHead(503).end());
    await age(id, 23);
    expect((await ask(id)).status).toBe(302);
    expect((await ask(id)).status).toBe(302);
    // A server that failed is left alone for a minute.
    expect(timesRead(id)).toBe(2);
    await age(id, 25);
    const refused = await ask(id);
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining('status 503')]);
  });

  it('ends when its document is taken away', async () => {
    const id = host.serve('/withdrawn.json');
    await ask(id);
    host.serveBy('/withdrawn.json', (_request, response) => response.writeHead(404).end());
    await age(id, 1);
    expect((await ask(id)).status).toBe(400);
  });

  const json = { 'content-type': 'application/json' };
  it.each<[string, (path: string) => string, string]>([
    ['names another client', (path) => host.serve(path, { client_id: host.url('/other') }), 'client_id'],
    ['has no name', (path) => host.serve(path, { client_name: undefined }), 'client_name'],
    ['has a name that turns the text', (path) => host.serve(path, { client_name: 'a\u202Eb' }), 'not shown'],
    ['has no redirect', (path) => host.serve(path, { redirect_uris: [] }), 'redirect_uris'],
    [
      'redirects to HTTP',
      (path) => host.serve(path, { redirect_uris: ['http://a.example/'] }),
      'redirect_uris',
    ],
    [
      'redirects to a script',
      (path) => host.serve(path, { redirect_uris: ['javascript:1'] }),
      'redirect_uris',
    ],
    ['has a secret', (path) => host.serve(path, { client_secret: 'x' }), 'client_secret'],
    [
      'authenticates by a secret',
      (path) => host.serve(path, { token_endpoint_auth_method: 'client_secret_basic' }),
      'token_endpoint_auth_method',
    ],
    [
      'has no key for its assertions',
      (path) => host.serve(path, { token_endpoint_auth_method: 'private_key_jwt' }),
      'jwks',
    ],
    [
      'has its keys on another site',
      (path) => host.serve(path, { jwks_uri: 'https://other.example.com/jwks' }),
      'jwks_uri',
    ],
    [
      'shows a private key',
      (path) => host.serve(path, { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b', d: 'c' }] } }),
      'jwks',
    ],
    ['uses no code', (path) => host.serve(path, { grant_types: ['client_credentials'] }), 'grant_types'],
    ['is longer than 5 KB', (path) => host.serve(path, { software_id: 'a'.repeat(5200) }), '5120 bytes'],
    [
      'is a page',
      (path) =>
        host.serveBy(path, (_request, response) =>
          response.writeHead(200, { 'content-type': 'text/html' }).end('{}'),
        ),
      'JSON',
    ],
    [
      'is no JSON',
      (path) => host.serveBy(path, (_request, response) => response.writeHead(200, json).end('{')),
      'JSON',
    ],
    [
      'is elsewhere',
      (path) =>
        host.serveBy(path, (_request, response) =>
          response.writeHead(302, { location: host.serve('/elsewhere.json') }).end(),
        ),
      'status 302',
    ],
  ])('is refused when its document %s', async (rule, serve, reason) => {
    const id = serve(`/refused/${rule.replaceAll(' ', '-')}.json`);
    const answer = await ask(id);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(reason)]);
    expect(await service.query('SELECT 1 FROM oauth_clients WHERE client_id = $1', [id])).toEqual([]);
  });

  it.each(['10.0.0.1', '169.254.169.254', '::1', 'fd00:ec2::254', '192.168.1.1'])(
    'is not looked for at %s, whatever its name says',
    async (address) => {
      const id = host.serve(`/private/${address.replaceAll(':', '-')}.json`);
      host.reachableFor(service, ['127.0.0.1', address]);
      const answer = await ask(id);
      host.reachableFor(service);
      expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('may not be reached')]);
      expect(timesRead(id)).toBe(0);
    },
  );

  it.each([
    'http://app.example.com/client.json',
    'https://app.example.com/',
    'https://ada@app.example.com/client.json',
    'https://app.example.com/a/../client.json',
    'https://app.example.com/client.json#x',
  ])('is no client under the address %s', async (id) => {
    const reads = host.read.length;
    const answer = await ask(id);
    expect(answer.headers.get('location')).toContain('invalid_client');
    expect(host.read.length).toBe(reads);
  });

  it('proves who it is by the keys on its site, which are not read for each who tries', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }];
    const jwksUri = host.serveBy('/jwks.json', (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify({ keys })),
    );
    const id = host.serve('/keys.json', {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: jwksUri,
      redirect_uris: [WEB_CALLBACK],
    });
    const assertionBy = (key: Parameters<SignJWT['sign']>[0]) =>
      new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(`${service.url}/auth/oauth2/token`)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(key);
    const codeFor = async () => {
      const target = await programOf(id).consent(atAda, {
        scope: 'documents:read',
        redirect_uri: WEB_CALLBACK,
        code_challenge: challengeOf(VERIFIER),
      });
      return target.searchParams.get('code')!;
    };
    const exchange = (code: string, assertion?: string) =>
      programOf(id).token({
        grant_type: 'authorization_code',
        code,
        code_verifier: VERIFIER,
        redirect_uri: WEB_CALLBACK,
        ...(assertion !== undefined && {
          client_assertion: assertion,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        }),
      });
    const none = await exchange(await codeFor());
    expect(none.body.error).toBe('invalid_client');
    const { privateKey: another } = await generateKeyPair('ES256');
    for (let tries = 0; tries < 4; tries++) {
      const wrong = await exchange('x', await assertionBy(another));
      expect(wrong.body.error).toBe('invalid_client');
    }
    const right = await exchange(await codeFor(), await assertionBy(privateKey));
    expect([right.status, right.text]).toEqual([200, expect.any(String)]);
    expect(timesRead('/jwks.json')).toBe(1);
  });

  it('gets its answers only where its document says', async () => {
    const id = host.serve('/strict.json', { redirect_uris: [WEB_CALLBACK] });
    const answer = await ask(id, { redirect_uri: 'https://app.example.com/callback/other' });
    expect(answer.headers.get('location')).toContain('invalid_redirect');
  });

  describe('that is remembered', () => {
    it('is asked for once where its answers go to a site', async () => {
      const id = host.serve('/site.json', { redirect_uris: [WEB_CALLBACK] });
      const parameters = {
        scope: 'documents:read',
        redirect_uri: WEB_CALLBACK,
        code_challenge: challengeOf(VERIFIER),
      };
      await programOf(id).consent(atAda, parameters);
      const again = await ask(id, parameters);
      expect(again.headers.get('location')).toMatch(/^https:\/\/app\.example\.com\/callback\?code=/);
    });

    it('is asked for each time where its answers go to this computer, since every program knows its id', async () => {
      const id = host.serve('/local.json');
      await programOf(id).connect(atAda, 'documents:read');
      expect((await ask(id)).headers.get('location')).toMatch(/^\/auth\/pages\/consent/);
      const silent = await ask(id, { prompt: 'none' });
      expect(silent.headers.get('location')).toContain('error=consent_required');
    });
  });

  it('is not asked silently for what is elevated, although the person agreed before', async () => {
    const other = await OAuthProgram.register(service.url);
    await other.connect(atAda, 'documents:delete');
    const path = other.authorizePath({
      scope: 'documents:delete',
      code_challenge: challengeOf(VERIFIER),
      prompt: 'none',
    });
    const answer = await atAda.request('GET', path);
    expect(answer.headers.get('location')).toContain('error=consent_required');
  });
});

describe.each([
  ['approved', 403],
  ['off', 302],
] as const)('A client by its document with OAUTH_DCR=%s', (registration, undecided) => {
  let mailbox: Mailbox;
  let service: TestService;
  let host: DocumentHost;
  let atAda: Browser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    host = await DocumentHost.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url, OAUTH_DCR: registration } });
    host.reachableFor(service);
    atAda = await byPassword((await person(service, mailbox, 'ada@example.com')).email, service.url);
  });
  afterAll(async () => {
    await service.stop();
    await host.close();
    await mailbox.close();
  });

  const ask = (id: string) =>
    atAda.request(
      'GET',
      OAuthProgram.known(service.url, id).authorizePath({
        scope: 'documents:read',
        code_challenge: challengeOf(VERIFIER),
      }),
    );
  const approve = (id: string) =>
    service.query(
      `INSERT INTO oauth_client_decisions (organization_id, client_id, state)
       SELECT id, $1, 'approved' FROM organizations
       ON CONFLICT (organization_id, client_id) DO UPDATE SET state = 'approved'`,
      [id],
    );

  it('waits for an administrator, and comes in once one has approved it', async () => {
    const id = host.serve('/client.json');
    const waits = await ask(id);
    expect(waits.status).toBe(undecided);
    if (registration === 'approved')
      expect(waits.text).toContain(`By its document, published by <strong>${new URL(id).host}</strong>`);
    if (registration === 'off') {
      expect(waits.headers.get('location')).toContain('invalid_client');
      expect(host.read).toEqual([]);
      // The id alone is approved ahead; its document is read when somebody connects.
      await service.query(
        `INSERT INTO oauth_clients (id, client_id, client_discovery_id, redirect_uris, created_at, updated_at)
         VALUES (gen_random_uuid(), $1, 'cimd', '[]', now(), now())`,
        [id],
      );
    }
    await approve(id);
    const asked = await ask(id);
    expect([asked.status, asked.headers.get('location')]).toEqual([
      302,
      expect.stringMatching(/^\/auth\/pages\/consent/),
    ]);
    const { body } = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect(body.client_id_metadata_document_supported).toBe(registration === 'off' ? undefined : true);
  });
});
