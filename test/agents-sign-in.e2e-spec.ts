import { PasswordLinks } from '../src/identity/links/password-links.js';
import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { OidcIdp } from './support/oidc-idp.js';
import { type Answer, TestService } from './support/test-service.js';
import { until } from './support/until.js';

const PASSWORD = 'correct horse battery staple';

describe.each(['agent', 'team'] as const)('Nobody signs in as a principal of the kind %s', (kind) => {
  let idp: OidcIdp;
  let mailbox: Mailbox;
  let service: TestService;
  let id: string;
  let email: string;

  beforeAll(async () => {
    idp = await OidcIdp.start();
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { AUTH_SECRET: 'a-secret-that-this-spec-alone-is-given', SMTP_URL: mailbox.url, SIGN_UP: 'open' },
    });
    const body = kind === 'agent' ? { name: 'Reporter', scopes: ['documents:read'] } : { name: 'Research' };
    ({ id } = (await send('POST', `/api/${kind}s`, body)).body);
    email = `${id}@${kind}.invalid`;
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
    await idp.close();
  });

  const send = (method: string, path: string, body?: unknown) =>
    service.request(method, path, { key: service.adminKey, ...(body !== undefined && { body }) });
  const browser = () => new Browser(service.url);
  const codeOf = ({ status, body }: Answer) => [status, body.code];

  it('by a password', async () => {
    const answer = await browser().signIn(email, PASSWORD);
    expect(answer.status).toBe(401);
    expect((await browser().signIn(email.toUpperCase(), PASSWORD)).status).toBe(401);
  });

  it('by a sign-up with the address', async () => {
    const body = { email, name: 'Somebody', password: PASSWORD };
    const answer = await browser().request('POST', '/auth/sign-up/email', body);
    expect(codeOf(answer)).toEqual([403, 'sign_up_closed']);
  });

  it('by a mail for a new password or a verification', async () => {
    const known = await service.createUser();
    for (const [path, of] of [
      ['/auth/request-password-reset', email],
      ['/auth/send-verification-email', email],
      ['/auth/request-password-reset', known.email],
    ] as const)
      expect((await browser().request('POST', path, { email: of })).status).toBe(200);
    await until(() => mailbox.mailsTo(known.email).length > 0);
    expect(await service.query(`SELECT FROM verifications WHERE value = $1`, [id])).toEqual([]);
  });

  it('by an invitation, or as a user with the address', async () => {
    const invited = { email, name: 'Somebody' };
    expect(codeOf(await send('POST', '/api/invitations', invited))).toEqual([400, 'validation_failed']);
    expect(codeOf(await send('POST', '/api/users', invited))).toEqual([400, 'validation_failed']);
    const known = await service.createUser();
    expect(codeOf(await send('PATCH', `/api/users/${known.id}`, { email }))).toEqual([
      400,
      'validation_failed',
    ]);
  });

  it('by the id, where users are read, changed, or given a way to sign in', async () => {
    expect(codeOf(await send('GET', `/api/users/${id}`))).toEqual([404, 'not_found']);
    expect(codeOf(await send('PATCH', `/api/users/${id}`, { role: 'admin' }))).toEqual([404, 'not_found']);
    expect(codeOf(await send('DELETE', `/api/users/${id}/second-factor`))).toEqual([404, 'not_found']);
  });

  it('by a one-time link of whoever runs the service', async () => {
    const links = service.service.app.get(PasswordLinks, { strict: false });
    await expect(links.issueFor(email, 'users:link')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('by the directory of a company', async () => {
    const made = await send('POST', '/api/scim/connections', {
      name: 'Evil Inc.',
      domains: [`${kind}.invalid`],
    });
    const { bearer } = made.body as { bearer: string };
    const scim = (method: string, path: string, body?: unknown) =>
      fetch(`${service.url}/scim/v2${path}`, {
        method,
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/scim+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    expect((await scim('POST', '/Users', { schemas, userName: email, active: true })).status).toBe(400);
    expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
    const Operations = [{ op: 'replace', path: 'active', value: false }];
    expect((await scim('PATCH', `/Users/${id}`, { Operations })).status).toBe(404);
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(404);
  });

  it('by the provider of a company that claims the address', async () => {
    await send('POST', '/api/sso/connections', {
      kind: 'oidc',
      name: 'Evil Inc.',
      domains: [`${kind}.invalid`],
      issuer: idp.url,
      clientId: 'bouncer',
      clientSecret: 'a-secret-of-the-client',
    });
    idp.claims = { sub: 'somebody', email, name: 'Somebody', email_verified: true };
    const person = browser();
    const begun = await person.request('POST', '/auth/sign-in/sso', { email, callbackURL: '/console' });
    expect(begun.status).toBe(200);
    const answer = await idp.follow(person, (begun.body as { url: string }).url);
    expect(new URL(answer.headers.get('location') ?? '/', service.url).searchParams.get('error')).toEqual(
      expect.any(String),
    );
    expect((await person.request('GET', '/api/me')).status).toBe(401);
  });

  it('and it has nothing that a person signs in by, whatever was tried', async () => {
    for (const table of ['sessions', 'accounts', 'password_links', 'scim_users', 'two_factors', 'passkeys'])
      expect([table, await service.query(`SELECT FROM ${table} WHERE user_id = $1`, [id])]).toEqual([
        table,
        [],
      ]);
    expect(await service.query('SELECT email, kind, role FROM users WHERE id = $1', [id])).toEqual([
      { email, kind, role: 'member' },
    ]);
    expect(mailbox.asked.filter((address) => address.endsWith('.invalid'))).toEqual([]);
  });
});
