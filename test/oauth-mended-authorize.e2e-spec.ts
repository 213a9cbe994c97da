import { PasswordLinks } from '../src/identity/links/password-links.js';
import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { CALLBACK, challengeOf, membersOf, OAuthProgram, type Tokens } from './support/oauth-program.js';
import { createOrganization, type TestOrganization } from './support/organizations.js';
import { byPassword, PASSWORD, person } from './support/people.js';
import { TestService, type TestUser } from './support/test-service.js';

const CHALLENGE = challengeOf('a'.repeat(43));
const NEW_PASSWORD = 'another horse battery staple';

describe('What programs ask people for', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let other: TestOrganization;
  let mia: TestUser;
  let atMia: Browser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url, RATE_LIMIT_FAILED_KEYS: '10000' } });
    other = await createOrganization(service, 'Zebra');
    mia = await person(service, mailbox, 'mia@example.com');
    await join(mia);
    atMia = await byPassword(mia.email, service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const join = async (user: TestUser) => {
    const answer = await service.request('PUT', `/api/organizations/${other.id}/members/${user.id}`, {
      key: service.adminKey,
      body: { role: 'member' },
    });
    expect(answer.status).toBeLessThan(300);
  };
  const approve = async ({ clientId }: OAuthProgram, key = service.adminKey) => {
    const answer = await service.request('PATCH', `/api/oauth/clients/${clientId}`, {
      key,
      body: { state: 'approved' },
    });
    expect([answer.status, answer.text]).toEqual([204, '']);
  };
  const make = async (body: Record<string, unknown>, key = service.adminKey) => {
    const answer = await service.request('POST', '/api/oauth/clients', { key, body });
    expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
    return OAuthProgram.known(service.url, answer.body.clientId, answer.body.clientSecret ?? undefined);
  };
  const ask = (browser: Browser, program: OAuthProgram, more: Record<string, string> = {}) =>
    browser.request(
      'GET',
      program.authorizePath({ scope: 'documents:read', code_challenge: CHALLENGE, ...more }),
    );
  const leadsTo = async (browser: Browser, program: OAuthProgram, more: Record<string, string> = {}) => {
    const { status, headers, text } = await ask(browser, program, more);
    expect([status, text]).toEqual([status === 303 ? 303 : 302, expect.any(String)]);
    return headers.get('location')!;
  };
  const decisionsOf = ({ clientId }: OAuthProgram) =>
    service.query('SELECT organization_id FROM oauth_client_decisions WHERE client_id = $1', [clientId]);

  describe('A person who recovers an account', () => {
    let program: OAuthProgram;
    let ana: TestUser;
    let tokens: Tokens;
    let made = 0;

    beforeEach(async () => {
      ana = await person(service, mailbox, `ana${++made}@example.com`);
      program = await OAuthProgram.register(service.url);
      await approve(program);
      tokens = await program.connect(await byPassword(ana.email, service.url));
    });

    const me = () =>
      service.request('GET', '/api/me', { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const expectOver = async () => {
      expect((await program.refresh(tokens.refresh_token!)).body.error).toBe('invalid_grant');
      expect(await service.query('SELECT FROM oauth_consents WHERE user_id = $1', [ana.id])).toEqual([]);
      const refused = await me();
      expect([refused.status, refused.body.code]).toEqual([401, 'invalid_token']);
    };

    it('ends what programs may do by the link of whoever runs the service', async () => {
      const { path } = await service.service.app
        .get(PasswordLinks, { strict: false })
        .issueFor(ana.email, 'users:link');
      const secret = new URL(path, service.url).searchParams.get('secret')!;
      const [page] = path.split('?');
      const chosen = await new Browser(service.url).submit(page!, { secret, password: NEW_PASSWORD });
      expect(chosen.status).toBe(303);
      await expectOver();
    });

    it('ends what programs may do by the link of a mail', async () => {
      const browser = new Browser(service.url);
      const before = (await mailbox.waitFor(ana.email)).length;
      await browser.request('POST', '/auth/request-password-reset', { email: ana.email });
      const mails = await mailbox.waitFor(ana.email, before + 1);
      const tokensOfMails = mails.map(({ text }) => /token=([\w-]+)/.exec(text)![1]!);
      const statuses: number[] = [];
      for (const token of tokensOfMails)
        statuses.push(
          (await browser.request('POST', '/auth/reset-password', { token, newPassword: NEW_PASSWORD }))
            .status,
        );
      expect(statuses).toContain(200);
      await expectOver();
    });

    it('ends what programs may do when an administrator changes the address', async () => {
      const changed = await service.request('PATCH', `/api/users/${ana.id}`, {
        key: service.adminKey,
        body: { email: `other${made}@example.com` },
      });
      expect(changed.status).toBe(200);
      await expectOver();
    });

    it('ends what programs may do when an administrator resets the second factors', async () => {
      expect((await me()).status).toBe(200);
      const reset = await service.request('DELETE', `/api/users/${ana.id}/second-factor`, {
        key: service.adminKey,
      });
      expect([reset.status, reset.headers.get('coherence')]).toEqual([204, expect.any(String)]);
      await expectOver();
    });

    it('keeps what programs may do where the person knows the old password', async () => {
      const browser = await byPassword(ana.email, service.url);
      const changed = await browser.request('POST', '/auth/change-password', {
        currentPassword: PASSWORD,
        newPassword: NEW_PASSWORD,
      });
      expect(changed.status).toBe(200);
      expect((await me()).status).toBe(200);
    });
  });

  it('is asked each time for a public client that was made, where its answers go to this computer', async () => {
    const program = await make({ name: 'Desk', redirectUris: [CALLBACK] });
    await program.connect(atMia);
    expect(await leadsTo(atMia, program)).toMatch(/^\/auth\/pages\/consent/);
    expect(await leadsTo(atMia, program, { prompt: 'none' })).toContain('error=consent_required');
  });

  it('is asked once for a client that registered itself, whose id no other copy has', async () => {
    const program = await OAuthProgram.register(service.url);
    await approve(program);
    await program.connect(atMia);
    expect(await leadsTo(atMia, program)).toContain('code=');
  });

  describe('A person of two organizations', () => {
    it('connects a client in the one that approved it', async () => {
      const program = await OAuthProgram.register(service.url);
      const waits = await ask(atMia, program);
      expect([waits.status, waits.text]).toEqual([403, expect.stringContaining('waits for approval')]);
      const [{ organization_id: asked }] = (await decisionsOf(program)) as [{ organization_id: string }];
      const name = await service.query('SELECT name FROM organizations WHERE id = $1', [asked]);
      expect(waits.text).toContain(`is new in ${String(name[0]!.name)}`);
      // An organisation decides about what its people asked for.
      await service.query(
        `INSERT INTO oauth_client_decisions (id, organization_id, client_id) VALUES (gen_random_uuid(), $1, $2)`,
        [other.id, program.clientId],
      );
      await approve(program, other.ownerKey);
      const page = await leadsTo(atMia, program);
      expect(page).toMatch(/^\/auth\/pages\/consent/);
      const shown = await atMia.request('GET', page);
      expect(shown.status).toBe(200);
      const [, first] = /<option value="([^"]*)"/.exec(shown.text)!;
      expect(first).toBe(other.id);
    });

    it('uses the organization in which the person agreed last, where several approved it', async () => {
      const program = await OAuthProgram.register(service.url);
      await ask(atMia, program);
      await approve(program);
      await service.query(
        `INSERT INTO oauth_client_decisions (id, organization_id, client_id) VALUES (gen_random_uuid(), $1, $2)`,
        [other.id, program.clientId],
      );
      await approve(program, other.ownerKey);
      await program.connect(atMia, 'documents:read', (members) => {
        members.organization = other.id;
      });
      expect(await leadsTo(atMia, program)).toContain('code=');
      const rows = await service.query('SELECT reference_id FROM oauth_consents WHERE client_id = $1', [
        program.clientId,
      ]);
      expect(rows).toEqual([{ reference_id: other.id }]);
    });
  });

  it('is unknown where another organization made the client, and leaves no row there', async () => {
    const program = await make({ name: 'Zebra portal', redirectUris: [CALLBACK] }, other.ownerKey);
    const ada = await person(service, mailbox, 'ada@example.com', 'admin');
    const atAda = await byPassword(ada.email, service.url);
    const page = await atAda.request('GET', await leadsTo(atAda, program));
    expect([page.status, page.text]).toEqual([404, expect.stringContaining('not known here')]);
    expect(membersOf(page).clientId).toBeUndefined();
    expect(await decisionsOf(program)).toEqual([{ organization_id: other.id }]);
    expect(
      (await service.request('GET', `/api/oauth/clients/${program.clientId}`, { key: service.adminKey }))
        .status,
    ).toBe(404);
  });

  describe('A program that wants nobody asked', () => {
    let program: OAuthProgram;

    beforeAll(async () => {
      program = await OAuthProgram.register(service.url);
      await approve(program);
      await program.connect(atMia);
    });

    it.each([['none login'], ['none select_account'], ['none consent']])(
      'is answered by invalid_request where it asks for %s',
      async (prompt) => {
        const old = await byPassword(mia.email, service.url);
        await service.query(`UPDATE sessions SET created_at = now() - interval '1 hour' WHERE user_id = $1`, [
          mia.id,
        ]);
        const target = await leadsTo(old, program, { prompt });
        expect(target.startsWith(CALLBACK)).toBe(true);
        expect(target).toContain('error=invalid_request');
      },
    );

    it('is answered by login_required where the sign-in is too old, or over', async () => {
      const old = await byPassword(mia.email, service.url);
      await service.query(`UPDATE sessions SET created_at = now() - interval '1 hour' WHERE user_id = $1`, [
        mia.id,
      ]);
      const aged = await leadsTo(old, program, { prompt: 'none', max_age: '10' });
      expect(aged).toContain('error=login_required');
      await service.query('DELETE FROM sessions WHERE user_id = $1', [mia.id]);
      const over = await leadsTo(old, program, { prompt: 'none' });
      expect(over).toContain('error=login_required');
      expect(over.startsWith(CALLBACK)).toBe(true);
      atMia = await byPassword(mia.email, service.url);
    });

    it('lets the person choose another account by a sign-in', async () => {
      const old = await byPassword(mia.email, service.url);
      expect(await leadsTo(old, program, { prompt: 'select_account' })).toContain('code=');
      await service.query(`UPDATE sessions SET created_at = now() - interval '1 hour' WHERE user_id = $1`, [
        mia.id,
      ]);
      expect(await leadsTo(old, program, { prompt: 'select_account' })).toMatch(/^\/auth\/pages\/sign-in/);
    });
  });
});
