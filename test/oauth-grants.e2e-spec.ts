import { GrantsUsed } from '../src/oauth/grants/grants-used.js';
import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { CALLBACK, challengeOf, OAuthProgram, type Tokens } from './support/oauth-program.js';
import { createOrganization } from './support/organizations.js';
import { byPassword, person } from './support/people.js';
import { TestService, type TestUser } from './support/test-service.js';

const GRANTS = '/api/oauth/grants';

describe('OAuth grants', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let mia: TestUser;
  let atMia: Browser;
  let program: OAuthProgram;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    mia = await person(service, mailbox, 'mia@example.com');
    atMia = await byPassword(mia.email, service.url);
  });
  beforeEach(async () => {
    program = await OAuthProgram.register(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const me = (token: string) =>
    service.request('GET', '/api/me', { headers: { authorization: `Bearer ${token}` } });
  const grantOf = async (browser = atMia) => {
    const { body } = await browser.request('GET', GRANTS);
    const { grants } = body as unknown as { grants: { id: string; clientId: string }[] };
    return grants.find(({ clientId }) => clientId === program.clientId);
  };
  const expectOver = async (tokens: Tokens) => {
    const refused = await me(tokens.access_token);
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    expect((await program.refresh(tokens.refresh_token!)).body.error).toBe('invalid_grant');
  };

  it('are listed with what the person agreed to, and when they were last used', async () => {
    const { access_token: token } = await program.connect(atMia, 'documents:read documents:write');
    expect((await me(token)).status).toBe(200);
    await service.service.app.get(GrantsUsed, { strict: false }).flush();
    expect(await grantOf()).toEqual({
      id: expect.any(String),
      userId: mia.id,
      organizationId: expect.any(String),
      clientId: program.clientId,
      clientName: 'Spec program',
      scopes: ['documents:read', 'documents:write', 'offline_access'],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      issuer: null,
      issuerScopes: [],
      lastUsedAt: expect.any(String),
    });
  });

  it('end with their tokens, on every replica when the answer comes', async () => {
    const tokens = await program.connect(atMia);
    expect((await me(tokens.access_token)).status).toBe(200);
    const { id } = (await grantOf())!;
    const ended = await atMia.request('DELETE', `${GRANTS}/${id}`);
    expect([ended.status, ended.headers.get('coherence')]).toEqual([204, expect.any(String)]);
    await expectOver(tokens);
    expect(await grantOf()).toBeUndefined();
    expect((await atMia.request('DELETE', `${GRANTS}/${id}`)).status).toBe(404);
  });

  it('end with a code that was not redeemed yet', async () => {
    const verifier = 'd'.repeat(43);
    const target = await program.consent(atMia, {
      scope: 'documents:read',
      code_challenge: challengeOf(verifier),
    });
    await atMia.request('DELETE', `${GRANTS}/${(await grantOf())!.id}`);
    await program.connect(atMia);
    const answer = await program.token({
      grant_type: 'authorization_code',
      code: target.searchParams.get('code')!,
      code_verifier: verifier,
      redirect_uri: CALLBACK,
    });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('end on the page of the account', async () => {
    const tokens = await program.connect(atMia);
    const page = await atMia.request('GET', '/auth/pages/account');
    expect(page.text).toContain('Connected programs');
    expect(page.text).toContain('&quot;Spec program&quot;');
    const { id } = (await grantOf())!;
    const done = await atMia.submit('/auth/pages/account/end-grant', { id });
    expect([done.status, done.headers.get('location')]).toEqual([303, '/auth/pages/account']);
    await expectOver(tokens);
  });

  it('are those of a person alone: others neither see nor end them', async () => {
    await program.connect(atMia);
    const { id } = (await grantOf())!;
    const eve = await person(service, mailbox, 'eve@example.com');
    const atEve = await byPassword(eve.email, service.url);
    expect(await grantOf(atEve)).toBeUndefined();
    expect((await atEve.request('DELETE', `${GRANTS}/${id}`)).status).toBe(404);
    expect((await atEve.request('GET', `${GRANTS}?userId=${mia.id}`)).status).toBe(403);
    expect((await atEve.request('DELETE', `${GRANTS}/${id}?userId=${mia.id}`)).status).toBe(403);
    const other = await createOrganization(service);
    const asked = { key: other.ownerKey };
    expect((await service.request('GET', `${GRANTS}?userId=${mia.id}`, asked)).status).toBe(404);
    expect((await service.request('DELETE', `${GRANTS}/${id}?userId=${mia.id}`, asked)).status).toBe(404);
    expect(await grantOf()).toBeDefined();
  });

  it('are ended by an administrator of the organization, who names the person', async () => {
    const tokens = await program.connect(atMia);
    const { body } = await service.request('GET', `${GRANTS}?userId=${mia.id}`, { key: service.adminKey });
    const { id } = body.grants.find(({ clientId }: { clientId: string }) => clientId === program.clientId);
    const ended = await service.request('DELETE', `${GRANTS}/${id}?userId=${mia.id}`, {
      key: service.adminKey,
    });
    expect(ended.status).toBe(204);
    await expectOver(tokens);
  });

  it('end with the membership, and do not come back with it', async () => {
    const joe = await person(service, mailbox, 'joe@example.com');
    const other = await createOrganization(service);
    await service.request('PUT', `/api/organizations/${other.id}/members/${joe.id}`, {
      key: service.adminKey,
      body: { role: 'member' },
    });
    const atJoe = await byPassword(joe.email, service.url);
    const tokens = await program.connect(atJoe, 'documents:read', (members) => {
      members.organization = other.id;
    });
    expect((await me(tokens.access_token)).status).toBe(200);
    const path = `/api/organizations/${other.id}/members/${joe.id}`;
    expect((await service.request('DELETE', path, { key: service.adminKey })).status).toBe(204);
    await service.request('PUT', path, { key: service.adminKey, body: { role: 'member' } });
    await expectOver(tokens);
  });

  it('end where the account is deactivated, and do not come back with it', async () => {
    const kim = await person(service, mailbox, 'kim@example.com');
    const tokens = await program.connect(await byPassword(kim.email, service.url));
    for (const isActive of [false, true])
      await service.request('PATCH', `/api/users/${kim.id}`, { key: service.adminKey, body: { isActive } });
    await expectOver(tokens);
  });
});
