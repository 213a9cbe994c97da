import { request as rawRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegisteredClients } from '../src/oauth/clients/registered-clients.js';
import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { CALLBACK, membersOf, OAuthProgram, type Tokens } from './support/oauth-program.js';
import { createOrganization } from './support/organizations.js';
import { byPassword, person } from './support/people.js';
import { Replica } from './support/replica.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const PAGE = '/auth/pages/device';
const AUTH_SECRET = 'a-secret-that-both-replicas-are-given';
const CLIENTS = '/api/oauth/clients';

interface Begun {
  device_code: string;
  user_code: string;
}

describe('A program that shows a code (RFC 8628)', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let mia: TestUser;
  let atMia: Browser;
  let program: OAuthProgram;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { AUTH_SECRET, SMTP_URL: mailbox.url, OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    mia = await person(service, mailbox, 'mia@example.com');
    atMia = await byPassword(mia.email, service.url);
  });
  beforeEach(async () => {
    program = await register();
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const register = (at = service.url) =>
    OAuthProgram.register(at, {
      client_name: 'Command line',
      redirect_uris: undefined,
      grant_types: [DEVICE, 'refresh_token'],
    });
  const begin = async (scope = 'documents:read documents:write', asking = program) => {
    const answer = await asking.post('/auth/device/code', { scope });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer.body as Begun;
  };
  /** Polls as if the interval were over, so that no spec waits for it. */
  const poll = async (deviceCode: string, asking = program) => {
    await service.query('UPDATE oauth_device_codes SET last_polled_at = NULL');
    return asking.token({ grant_type: DEVICE, device_code: deviceCode });
  };
  const errorOf = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    return [status, body.error];
  };
  const show = (code: string, browser = atMia) =>
    browser.request('GET', `${PAGE}?user_code=${encodeURIComponent(code)}`);
  const decide = async (
    code: string,
    choose: (members: Record<string, string>) => void = () => undefined,
    browser = atMia,
  ) => {
    const page = await show(code, browser);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining(code)]);
    const members = membersOf(page);
    choose(members);
    return browser.submit(PAGE, members);
  };
  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const connect = async (): Promise<Tokens> => {
    const { device_code: device, user_code: code } = await begin();
    expect((await decide(code)).status).toBe(200);
    return (await poll(device)).body as Tokens;
  };
  const grantOf = async (browser = atMia) => {
    const { body } = await browser.request('GET', '/api/oauth/grants');
    const { grants } = body as unknown as { grants: { id: string; clientId: string; scopes: string[] }[] };
    return grants.find(({ clientId }) => clientId === program.clientId);
  };
  const audited = async (action: string) => {
    await service.auditRows();
    const rows = await service.query<{ outcome: string; reason: string | null; metadata: object }>(
      'SELECT outcome, reason, metadata FROM audit_events WHERE action = $1 AND resource = $2 ORDER BY id',
      [action, `oauth_client:${program.clientId}`],
    );
    return rows.map(({ outcome, reason, metadata }) => [outcome, reason, metadata]);
  };

  it('finds in the metadata where to begin', async () => {
    const { body } = await service.request('GET', '/.well-known/oauth-authorization-server');
    expect(body.device_authorization_endpoint).toBe(`${service.url}/auth/device/code`);
    expect(body.grant_types_supported).toContain(DEVICE);
  });

  it('is told its code, where a person types it, and how often to ask', async () => {
    const answer = await program.post('/auth/device/code', { scope: 'documents:read' });
    expect([answer.status, answer.headers.get('cache-control'), answer.body]).toEqual([
      200,
      'no-store',
      {
        device_code: expect.stringMatching(/^[\w-]{43}$/),
        user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
        verification_uri: service.url + PAGE,
        verification_uri_complete: `${service.url}${PAGE}?user_code=${answer.body.user_code}`,
        expires_in: 600,
        interval: 5,
      },
    ]);
  });

  it('gets tokens once a person has typed the code and allowed it, with the scopes that the person left', async () => {
    const { device_code: device, user_code: code } = await begin();
    expect(await errorOf(poll(device))).toEqual([400, 'authorization_pending']);
    const asked = await atMia.request('GET', PAGE);
    expect([asked.status, asked.text]).toEqual([200, expect.stringContaining('name="user_code"')]);
    const page = await show(` ${code.replace('-', '').toLowerCase()}`);
    expect(page.text).toContain('Command line');
    expect(page.text).toMatch(/<code>documents:write<\/code>/);
    const done = await decide(code, (members) => delete members['scope:documents:write']);
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('is connected')]);
    const answer = await poll(device);
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({
        scope: 'documents:read offline_access',
        refresh_token: expect.stringMatching(/^bouncer_rt_/),
      }),
    ]);
    expect((await me(answer.body.access_token)).body.user.id).toBe(mia.id);
    const metadata = { scopes: ['documents:read', 'offline_access'], organizationId: expect.any(String) };
    expect(await audited('oauth.consent')).toEqual([['success', null, { ...metadata, byCode: true }]]);
    expect(await audited('oauth.issue')).toEqual([
      ['success', null, expect.objectContaining({ grantType: DEVICE, grantId: (await grantOf())!.id })],
    ]);
  });

  it('leads a person who is not signed in to the sign-in and back to the code', async () => {
    const { user_code: code } = await begin();
    const nobody = atMia.copy();
    nobody.cookies.clear();
    const answer = await show(code, nobody);
    const next = encodeURIComponent(`${PAGE}?user_code=${code}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/auth/pages/sign-in?next=${next}`,
    ]);
  });

  it('gets tokens once for a code, however many ask at the same time', async () => {
    const { device_code: device, user_code: code } = await begin();
    await decide(code);
    const answers = await Promise.all(Array.from({ length: 5 }, () => poll(device)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await errorOf(poll(device))).toEqual([400, 'invalid_grant']);
    expect((await show(code)).status).toBe(400);
  });

  it('renews its token, and ends all of them by using one twice', async () => {
    const tokens = await connect();
    const renewed = await program.refresh(tokens.refresh_token!);
    expect([renewed.status, renewed.text]).toEqual([200, expect.any(String)]);
    expect((await me(renewed.body.access_token)).status).toBe(200);
    expect(await errorOf(program.refresh(tokens.refresh_token!))).toEqual([400, 'invalid_grant']);
    for (const { access_token: token } of [tokens, renewed.body as Tokens])
      await eventually(
        () => me(token),
        ({ status }) => status === 401,
      );
  });

  it('keeps none of its tokens apart from the others by a code that it makes up', async () => {
    const tokens = await connect();
    const { body } = await program.refresh(tokens.refresh_token!, { device_code: 'other', code: 'other' });
    expect((await me(body.access_token)).status).toBe(200);
    await program.refresh(tokens.refresh_token!);
    await eventually(
      () => me(body.access_token),
      ({ status }) => status === 401,
    );
  });

  it('is told to slow down when it asks before the interval is over', async () => {
    const { device_code: device } = await begin();
    await poll(device);
    expect(await errorOf(program.token({ grant_type: DEVICE, device_code: device }))).toEqual([
      400,
      'slow_down',
    ]);
  });

  it('has a grant, which ends with its tokens and with a code that was not redeemed yet', async () => {
    const tokens = await connect();
    const { device_code: device, user_code: code } = await begin();
    await decide(code);
    const grant = (await grantOf())!;
    expect(grant.scopes.sort()).toEqual(['documents:read', 'documents:write', 'offline_access']);
    const ended = await atMia.request('DELETE', `/api/oauth/grants/${grant.id}`);
    expect(ended.status).toBe(204);
    expect((await me(tokens.access_token)).status).toBe(401);
    expect(await errorOf(program.refresh(tokens.refresh_token!))).toEqual([400, 'invalid_grant']);
    expect(await errorOf(poll(device))).toEqual([400, 'invalid_grant']);
  });

  it('gets nothing where the person refuses', async () => {
    const { device_code: device, user_code: code } = await begin();
    await decide(code, (members) => (members.decision = 'refuse'));
    expect(await errorOf(poll(device))).toEqual([400, 'access_denied']);
    expect(await grantOf()).toBeUndefined();
    expect(await audited('oauth.consent')).toEqual([
      ['denied', 'refused_by_person', expect.objectContaining({ byCode: true })],
    ]);
  });

  it('gets nothing where the person leaves nothing that it may do, or names an organization of others', async () => {
    const { device_code: device, user_code: code } = await begin('documents:read');
    const none = await decide(code, (members) => delete members['scope:documents:read']);
    expect([none.status, none.text]).toEqual([400, expect.stringContaining('Leave at least one thing')]);
    const foreign = await createOrganization(service);
    const answer = await decide(code, (members) => (members.organization = foreign.id));
    expect(answer.status).toBe(400);
    expect(await errorOf(poll(device))).toEqual([400, 'authorization_pending']);
  });

  it('hears that its code has expired, which no person can decide about any more', async () => {
    const expire = (ago: string) =>
      service.query('UPDATE oauth_device_codes SET expires_at = now() - $1::interval', [ago]);
    const sweep = () => service.service.app.get(RegisteredClients, { strict: false }).sweep();
    const { device_code: device, user_code: code } = await begin();
    await expire('1 second');
    await sweep();
    expect((await show(code)).status).toBe(400);
    expect(await errorOf(poll(device))).toEqual([400, 'expired_token']);
    await begin();
    await expire('1 hour');
    await sweep();
    expect(await service.query('SELECT FROM oauth_device_codes')).toEqual([]);
  });

  it('waits for a fresh sign-in of the person where it wants to delete', async () => {
    const age = (interval: string) =>
      service.query('UPDATE sessions SET created_at = now() - $2::interval WHERE user_id = $1', [
        mia.id,
        interval,
      ]);
    const { device_code: device, user_code: code } = await begin('documents:delete');
    await age('1 hour');
    const answer = await decide(code);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringContaining('/auth/pages/sign-in'),
    ]);
    expect(await errorOf(poll(device))).toEqual([400, 'authorization_pending']);
    await age('0 seconds');
    expect((await decide(code)).status).toBe(200);
    expect((await poll(device)).body.scope).toBe('documents:delete offline_access');
  });

  it('acts in the organization that the person chooses', async () => {
    const joe = await person(service, mailbox, 'joe@example.com');
    const other = await createOrganization(service, 'Second');
    await service.request('PUT', `/api/organizations/${other.id}/members/${joe.id}`, {
      key: service.adminKey,
      body: { role: 'member' },
    });
    const atJoe = await byPassword(joe.email, service.url);
    const { device_code: device, user_code: code } = await begin();
    expect((await show(code, atJoe)).text).toContain(`<option value="${other.id}">Second</option>`);
    await decide(code, (members) => (members.organization = other.id), atJoe);
    const { body } = await me((await poll(device)).body.access_token);
    expect(body.organization.id).toBe(other.id);
  });

  it('gets no token while it waits for an administrator, nor once it is blocked', async () => {
    await service.query(
      `INSERT INTO oauth_client_decisions (organization_id, client_id)
       SELECT organization_id, $2 FROM memberships WHERE user_id = $1`,
      [mia.id, program.clientId],
    );
    const state = (to: string) =>
      service.request('PATCH', `${CLIENTS}/${program.clientId}`, {
        key: service.adminKey,
        body: { state: to },
      });
    const { device_code: device, user_code: code } = await begin();
    const waiting = await show(code);
    expect([waiting.status, waiting.text]).toEqual([403, expect.stringContaining('Ask an administrator')]);
    const sent = await atMia.submit(PAGE, {
      user_code: code,
      decision: 'allow',
      'scope:documents:read': 'on',
    });
    expect(sent.status).toBe(403);
    expect(await errorOf(poll(device))).toEqual([400, 'authorization_pending']);
    expect((await state('approved')).status).toBe(204);
    expect((await decide(code)).status).toBe(200);
    expect((await state('blocked')).status).toBe(204);
    expect(await errorOf(poll(device))).toEqual([400, 'invalid_grant']);
    const { user_code: next } = await begin();
    const blocked = await show(next);
    expect([blocked.status, blocked.text]).toEqual([403, expect.stringContaining('is blocked')]);
  });

  it('gets nothing by the code of another program', async () => {
    const { device_code: device, user_code: code } = await begin();
    await decide(code);
    expect(await errorOf(poll(device, await register()))).toEqual([400, 'invalid_grant']);
    expect((await poll(device)).status).toBe(200);
  });

  it('is decided about by a form of the page alone, and by nothing that the library has for it', async () => {
    const { device_code: device, user_code: code } = await begin();
    const [row] = await service.query('SELECT device_code, user_code FROM oauth_device_codes');
    expect(JSON.stringify(row)).not.toContain(device);
    expect(JSON.stringify(row)).not.toContain(code.replace('-', ''));
    for (const path of ['/device/approve', '/device/deny'])
      expect((await atMia.request('POST', `/auth${path}`, { userCode: code })).status).toBe(404);
    expect((await atMia.request('GET', `/auth/device?user_code=${code}`)).status).toBe(404);
    expect(
      (await program.post('/auth/device/token', { grant_type: DEVICE, device_code: device })).status,
    ).toBe(404);
    const foreign = atMia.copy();
    foreign.origin = 'https://evil.example';
    expect((await foreign.submit(PAGE, membersOf(await show(code)))).status).toBe(403);
    expect(await errorOf(poll(device))).toEqual([400, 'authorization_pending']);
  });

  it('asks by no other spelling of the path, where it could say whom the code is for', async () => {
    const body = JSON.stringify({ client_id: program.clientId, user_id: mia.id });
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const path = '/auth/x/../device/code';
      rawRequest(service.url, { method: 'POST', path, headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end(body);
    });
    expect(status).toBe(403);
    const named = await program.post('/auth/device/code', { user_id: mia.id });
    expect(named.status).toBe(200);
    expect(
      await service.query('SELECT user_id FROM oauth_device_codes WHERE oauth_client_id = $1', [
        program.clientId,
      ]),
    ).toEqual([{ user_id: null }]);
  });

  it('is refused with a scope that no client gets, a client that is unknown or not for this, and a parameter that is given twice', async () => {
    const ask = (members: Record<string, string>, asking = program) =>
      errorOf(asking.post('/auth/device/code', members));
    expect(await ask({ scope: 'keys:write' })).toEqual([400, 'invalid_scope']);
    expect(await ask({ resource: 'https://elsewhere.example/mcp' })).toEqual([400, 'invalid_target']);
    expect(await ask({}, OAuthProgram.known(service.url, 'nobody'))).toEqual([400, 'invalid_client']);
    const other = await OAuthProgram.register(service.url, { redirect_uris: [CALLBACK] });
    expect(await ask({}, other)).toEqual([400, 'unauthorized_client']);
    const twice = await fetch(`${service.url}/auth/device/code`, {
      method: 'POST',
      body: new URLSearchParams([
        ['client_id', program.clientId],
        ['scope', 'documents:read'],
        ['scope', 'documents:write'],
      ]),
    });
    expect([twice.status, await twice.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
  });

  it('gets the default scopes where it names none', async () => {
    const { user_code: code } = await begin('');
    const left = Object.keys(membersOf(await show(code))).filter((name) => name.startsWith('scope:'));
    expect(left).toEqual(['scope:read', 'scope:write', 'scope:offline_access']);
  });

  describe('with several replicas', () => {
    let replica: Replica;
    let url: string;

    beforeAll(async () => {
      const env = { AUTH_SECRET, OAUTH_DCR: 'open', PUBLIC_URL: service.url, RATE_LIMIT_FAILED_KEYS: '6' };
      replica = await Replica.of(service, [], env);
      url = `http://127.0.0.1:${(replica.service.app.getHttpServer().address() as AddressInfo).port}`;
    });
    afterAll(async () => {
      await replica.stop();
    });

    it('begins at one, is allowed at another, and gets its tokens at any', async () => {
      const { device_code: device, user_code: code } = await begin();
      const elsewhere = OAuthProgram.known(url, program.clientId);
      expect(await errorOf(poll(device, elsewhere))).toEqual([400, 'authorization_pending']);
      const browser = atMia.copy(url);
      browser.origin = service.url;
      expect((await decide(code, undefined, browser)).status).toBe(200);
      const answer = await poll(device, elsewhere);
      expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
      expect((await me(answer.body.access_token)).status).toBe(200);
    });

    it('is not found by trying codes: after some tries a right code is not told from a wrong one', async () => {
      const { user_code: code } = await begin();
      const browser = atMia.copy(url);
      let tries = 0;
      while ((await show('BCDF-GHJK', browser)).status === 400) tries++;
      expect(tries).toBeLessThanOrEqual(6);
      expect((await show(code, browser)).status).toBe(429);
    });
  });
});
