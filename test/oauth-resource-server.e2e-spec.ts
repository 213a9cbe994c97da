import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { challengeOf, OAuthProgram } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { TestService } from './support/test-service.js';

const METADATA = '/.well-known/oauth-protected-resource';

describe('The resource server, as revision 2026-07-28 asks for it', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let atAda: Browser;
  let program: OAuthProgram;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open' } });
    atAda = await byPassword((await person(service, mailbox, 'ada@example.com')).email, service.url);
    program = await OAuthProgram.register(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const list = (authorization?: string, path = '/mcp') =>
    service.request('POST', path, {
      headers: { ...(authorization !== undefined && { authorization }) },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
    });
  const call = (token: string, name: string, args: object) =>
    service.request('POST', '/mcp', {
      headers: { authorization: `Bearer ${token}` },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } },
    });

  it.each(['', '/mcp'])('has metadata at %s that names an authorization server', async (path) => {
    const { status, body } = await service.request('GET', METADATA + path);
    expect([status, body.resource]).toEqual([200, service.url + path]);
    expect(body.authorization_servers).toEqual([service.url]);
    const issuer = await fetch(`${body.authorization_servers[0]}/.well-known/oauth-authorization-server`);
    expect(((await issuer.json()) as { issuer: string }).issuer).toBe(service.url);
  });

  it('says in a 401 where the metadata is, and which scopes to ask for', async () => {
    const { status, headers } = await list();
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer resource_metadata="${service.url}${METADATA}/mcp", scope="read write"`,
    ]);
  });

  it('says in a 401 that a token is not valid, with the same', async () => {
    const { status, headers } = await list('Bearer not.a.token');
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(
        /^Bearer error="invalid_token".*resource_metadata="[^"]+\/mcp".*scope="read write"/,
      ),
    ]);
  });

  it('takes no token in the query', async () => {
    const { access_token: token } = await program.connect(atAda);
    expect((await list(undefined, `/mcp?access_token=${token}`)).status).toBe(401);
  });

  it('says in a 403 all scopes that are needed at once, with those that the token has', async () => {
    const { access_token: token } = await program.connect(atAda, 'documents:read');
    const { status, headers } = await call(token, 'documents_delete', { id: 'x' });
    expect([status, headers.get('www-authenticate')]).toEqual([
      403,
      `Bearer error="insufficient_scope", scope="documents:read documents:delete", resource_metadata="${service.url}${METADATA}/mcp"`,
    ]);
  });

  it('counts a coarse scope as those that it includes', async () => {
    const { access_token: token } = await program.connect(atAda, 'write');
    const { status, text } = await call(token, 'documents_create', { title: 'By write', content: 'x' });
    expect([status, text]).toEqual([200, expect.stringContaining('By write')]);
  });

  it('announces no offline_access, neither in its metadata nor in a challenge', async () => {
    for (const path of ['', '/mcp'])
      expect((await service.request('GET', METADATA + path)).text).not.toContain('offline_access');
    expect((await list()).headers.get('www-authenticate')).not.toContain('offline_access');
  });

  it('issues no token for another resource', async () => {
    const asked = await atAda.request(
      'GET',
      program.authorizePath({
        scope: 'documents:read',
        resource: 'https://other.example.com/mcp',
        code_challenge: challengeOf('v'.repeat(43)),
      }),
    );
    expect(asked.headers.get('location')).toContain('error=invalid_target');
  });

  it('says who it is in each answer of the authorization server (RFC 9207)', async () => {
    const parameters = { scope: 'documents:read', code_challenge: challengeOf('v'.repeat(43)) };
    const target = await program.consent(atAda, parameters);
    expect(target.searchParams.get('iss')).toBe(service.url);
    const { body } = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect([
      body.authorization_response_iss_parameter_supported,
      body.code_challenge_methods_supported,
    ]).toEqual([true, ['S256']]);
  });

  it('sends a code to no redirect that is not exactly what the client registered, but for the port here', async () => {
    const ask = (redirect: string) =>
      atAda.request(
        'GET',
        program.authorizePath({
          scope: 'documents:read',
          redirect_uri: redirect,
          code_challenge: challengeOf('v'.repeat(43)),
        }),
      );
    for (const wrong of [
      'http://127.0.0.1:33333/callback/',
      'http://127.0.0.1:33333/callback?a=b',
      'http://127.0.0.1:33333/CALLBACK',
      'http://localhost.example.com/callback',
      'https://127.0.0.1:33333/callback',
    ])
      expect((await ask(wrong)).headers.get('location') ?? '').not.toContain(wrong);
    expect((await ask('http://127.0.0.1:44444/callback')).headers.get('location')).toMatch(
      /^(\/auth\/pages\/consent|http:\/\/127\.0\.0\.1:44444\/callback\?code=)/,
    );
  });

  it('needs PKCE of every client', async () => {
    const asked = await atAda.request('GET', program.authorizePath({ scope: 'documents:read' }));
    expect(asked.headers.get('location')).toContain('error=invalid_request');
  });
});
