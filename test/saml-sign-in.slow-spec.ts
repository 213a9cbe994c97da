import { Browser } from './support/browser.js';
import { Replica } from './support/replica.js';
import {
  assertionOf,
  claimsFor,
  post,
  requestIn,
  responseOf,
  type SamlClaims,
  type SamlKey,
  samlKey,
  type SamlRequest,
  signed,
} from './support/saml-idp.js';
import { type Answer, TestService } from './support/test-service.js';

const ISSUER = 'https://idp.example.com/saml';
const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
const RSA_SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const env = { AUTH_SECRET: 'a-secret-that-both-replicas-are-given' };

const past = (seconds: number): Date => new Date(Date.now() - seconds * 1_000);

describe('The people of a company who sign in by SAML', () => {
  let key: SamlKey;
  let otherKey: SamlKey;
  let service: TestService;
  let replica: Replica;
  let connection: { id: string; callbackUrl: string; entityId: string };

  beforeAll(async () => {
    [key, otherKey] = await Promise.all([samlKey(), samlKey()]);
    service = await TestService.start({ env });
    replica = await Replica.of(service, [], env);
    connection = await connect();
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
  });

  const manage = (method: string, path: string, body?: unknown) =>
    service.request(method, path, { key: service.adminKey, ...(body !== undefined && { body }) });
  const input = (more: object = {}) => ({
    kind: 'saml',
    name: 'Example Inc.',
    domains: ['example.com'],
    issuer: ISSUER,
    signInUrl: 'https://idp.example.com/sso?tenant=1',
    certificates: [key.certificate],
    ...more,
  });

  async function connect(more: object = {}) {
    const { status, body, text } = await manage('POST', '/api/sso/connections', input(more));
    expect([status, text]).toEqual([201, expect.any(String)]);
    return body as typeof connection;
  }

  const browser = () => new Browser(service.url);

  async function begin(person: Browser, email = 'ada@example.com'): Promise<SamlRequest> {
    const answer = await person.request('POST', '/auth/sign-in/sso', { email, callbackURL: '/console' });
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return requestIn((answer.body as { url: string }).url);
  }

  const honest = (request: SamlRequest, more: Partial<SamlClaims> = {}, by = key): string => {
    const claims = claimsFor(request, more);
    return signed(responseOf(claims, assertionOf(claims)), by);
  };

  /** Signs a browser in with what `make` makes of the request. */
  async function signIn(
    make: (request: SamlRequest) => string,
    person = browser(),
    email?: string,
  ): Promise<Answer> {
    const request = await begin(person, email);
    return post(person, request, make(request));
  }

  const errorIn = (answer: Answer) => [
    answer.status,
    new URL(answer.headers.get('location') ?? '/', service.url).searchParams.get('error'),
  ];
  const isSignedIn = async (person: Browser) => (await person.request('GET', '/api/me')).status === 200;
  const userOf = async (email: string) =>
    (
      await service.query<{ id: string; role: string; email_verified: boolean }>(
        'SELECT id, role, email_verified FROM users WHERE email = $1',
        [email],
      )
    )[0];

  /** Expects a refusal that gives nobody a session. */
  async function expectRefused(code: string, make: (request: SamlRequest) => string): Promise<void> {
    const person = browser();
    expect(errorIn(await signIn(make, person))).toEqual([302, code]);
    expect(await isSignedIn(person)).toBe(false);
  }

  describe('come in', () => {
    it('by an answer to their own request, and get a member’s account', async () => {
      const person = browser();
      const request = await begin(person, 'new@example.com');
      expect(request).toMatchObject({
        acsUrl: connection.callbackUrl,
        audience: connection.entityId,
        destination: 'https://idp.example.com/sso?tenant=1',
        id: expect.stringMatching(/^_[0-9a-f]{40}$/),
      });
      const answer = await post(
        person,
        request,
        honest(request, { email: 'New@Example.com', nameId: 'new' }),
      );
      expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console']);
      expect((await person.request('GET', '/api/me')).body).toMatchObject({ user: { role: 'member' } });
      const user = await userOf('new@example.com');
      expect(user).toMatchObject({ role: 'member', email_verified: true });
      const [row] = await service.auditRows(`action = 'identity.sign_in' AND user_id = $1`, [user!.id]);
      expect(row).toMatchObject({
        outcome: 'success',
        via: 'session',
        metadata: { provider: connection.id },
      });
      const [session] = await service.query('SELECT signed_in_by FROM sessions WHERE user_id = $1', [
        user!.id,
      ]);
      expect(session).toEqual({ signed_in_by: 'provider' });
    });

    it('as the user that an administrator made, by the address alone where NameID is one', async () => {
      const grace = await service.createUser({ email: 'grace@example.com', name: 'Grace' });
      const person = browser();
      const claims = { nameId: 'Grace@example.com', format: EMAIL_FORMAT, email: undefined };
      expect(errorIn(await signIn((request) => honest(request, claims), person))).toEqual([302, null]);
      expect((await person.request('GET', '/api/me')).body).toMatchObject({ user: { id: grace.id } });
    });

    it('by an answer that is signed as a whole too', async () => {
      const twice = (request: SamlRequest) => signed(honest(request), key, { name: 'Response' });
      expect(errorIn(await signIn(twice))).toEqual([302, null]);
      await expectRefused('saml_signature_invalid', (request) =>
        signed(honest(request), otherKey, { name: 'Response' }),
      );
    });

    it('by an answer whose values have types, with their prefix in the signature, as Okta writes it', async () => {
      const schema = 'http://www.w3.org/2001/XMLSchema';
      const answer = await signIn((request) => {
        const claims = claimsFor(request);
        const typed = responseOf(claims, assertionOf(claims))
          .replaceAll(
            '<saml:AttributeValue>',
            `<saml:AttributeValue xmlns:xsi="${schema}-instance" xsi:type="xs:string">`,
          )
          .replace('<samlp:Response ', `<samlp:Response xmlns:xs="${schema}" `);
        return `<?xml version="1.0" encoding="UTF-8"?>${signed(typed, key, { prefixes: ['xs'] })}`;
      });
      expect(errorIn(answer)).toEqual([302, null]);
    });

    it('by any certificate of the connection', async () => {
      await connect({ domains: ['rolling.test'], certificates: [key.certificate, otherKey.certificate] });
      const answer = await signIn(
        (request) => honest(request, { email: 'a@rolling.test' }, otherKey),
        browser(),
        'a@rolling.test',
      );
      expect(errorIn(answer)).toEqual([302, null]);
    });
  });

  describe('are refused', () => {
    it.each<[string, string, Partial<SamlClaims>]>([
      ['for another audience', 'saml_wrong_audience', { audience: 'https://other.test' }],
      ['for another destination', 'saml_wrong_destination', { destination: 'https://other.test' }],
      ['for another recipient', 'saml_wrong_recipient', { recipient: 'https://other.test' }],
      ['of another provider', 'saml_wrong_issuer', { issuer: 'https://other.test' }],
      ['to another request', 'saml_wrong_request', { inResponseTo: '_0' }],
      ['whose assertion was confirmed for another request', 'saml_wrong_request', { confirmedFor: '_0' }],
      ['whose conditions have ended', 'saml_expired', { notOnOrAfter: past(90) }],
      ['whose confirmation has ended', 'saml_expired', { confirmedUntil: past(90) }],
      ['that is not valid yet', 'saml_expired', { notBefore: past(-3_600) }],
      ['of no success', 'saml_status', { status: 'Requester' }],
      ['with an address of another domain', 'saml_wrong_domain', { email: 'ada@elsewhere.test' }],
      ['with an address of a subdomain', 'saml_wrong_domain', { email: 'ada@sub.example.com' }],
      ['with two addresses in one', 'saml_no_address', { email: 'ada@elsewhere.test@example.com' }],
      ['with no address', 'saml_no_address', { email: undefined }],
      [
        'with a NameID of another domain',
        'saml_wrong_domain',
        { nameId: 'ada@elsewhere.test', format: EMAIL_FORMAT },
      ],
      [
        'with a passing NameID',
        'saml_malformed',
        { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
      ],
    ])('with an answer %s', async (_, code, claims) => {
      await expectRefused(code, (request) => honest(request, claims));
    });

    it('with an answer that nobody, or somebody else, has signed', async () => {
      await expectRefused('saml_not_signed', (request) => {
        const claims = claimsFor(request);
        return responseOf(claims, assertionOf(claims));
      });
      await expectRefused('saml_not_signed', (request) => {
        const claims = claimsFor(request);
        return signed(responseOf(claims, assertionOf(claims)), key, { name: 'Response' });
      });
      await expectRefused('saml_signature_invalid', (request) => honest(request, {}, otherKey));
    });

    it('with an answer that was changed after it was signed', async () => {
      for (const [from, to] of [
        ['ada@example.com', 'eve@example.com'],
        ['>ada<', '>eve<'],
      ])
        await expectRefused('saml_signature_invalid', (request) => honest(request).replace(from!, to!));
    });

    it.each([
      ['signature', { signature: RSA_SHA1 }],
      ['digest', { digest: SHA1 }],
    ])('with SHA-1 in the %s', async (_, algorithms) => {
      await expectRefused('saml_algorithm_refused', (request) => {
        const claims = claimsFor(request);
        return signed(responseOf(claims, assertionOf(claims)), key, algorithms);
      });
    });

    const assertionIn = (xml: string): string => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)![0];
    const signatureIn = (xml: string): string => /<Signature.*<\/Signature>/s.exec(xml)![0];

    /** Builds an answer in which a forged assertion stands beside the signed one, or around it. */
    const wrapped = {
      'the forged one first': (forged: string, real: string) => forged + real,
      'the forged one last': (forged: string, real: string) => real + forged,
      'the signed one in an extension': (forged: string, real: string) =>
        `<samlp:Extensions>${real}</samlp:Extensions>${forged}`,
      'the signed one inside the forged one': (forged: string, real: string) =>
        forged.replace('</saml:Assertion>', `<saml:Advice>${real}</saml:Advice></saml:Assertion>`),
      'the signed one in the signature of the forged one': (forged: string, real: string) => {
        const object = `<Object>${real.replace(signatureIn(real), '')}</Object></Signature>`;
        return forged.replace(
          '<saml:Subject>',
          `${signatureIn(real).replace('</Signature>', object)}<saml:Subject>`,
        );
      },
      'the signature alone in the forged one': (forged: string, real: string) =>
        forged.replace('<saml:Subject>', `${signatureIn(real)}<saml:Subject>`),
    };

    it.each(Object.entries(wrapped))('with a wrapped signature: %s', async (_, wrap) => {
      for (const sameId of [false, true]) {
        const person = browser();
        const answer = await signIn((request) => {
          const real = assertionIn(honest(request));
          const id = / ID="(.*?)"/.exec(real)![1]!;
          const forged = claimsFor(request, { email: 'eve@example.com', ...(sameId && { assertionId: id }) });
          return responseOf(forged, wrap(assertionOf(forged), real));
        }, person);
        expect(errorIn(answer)).toEqual([302, expect.stringMatching(/^saml_(malformed|signature_invalid)$/)]);
        expect(await isSignedIn(person)).toBe(false);
      }
    });

    it.each([
      ['a comment in the address', (xml: string) => xml.replace('ada@', 'ada@<!-- -->')],
      ['a comment in NameID', (xml: string) => xml.replace('>ada<', '>ada<!-- -->x<')],
      ['CDATA', (xml: string) => xml.replace('>ada<', '><![CDATA[ada]]><')],
      ['an instruction', (xml: string) => xml.replace('>ada<', '>ada<?x y?><')],
      [
        'an external entity',
        (xml: string) =>
          `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${xml.replace('>ada<', '>&x;<')}`,
      ],
      [
        'entities that grow',
        (xml: string) =>
          `<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${xml.replace('>ada<', '>&b;<')}`,
      ],
      ['an entity that nobody declared', (xml: string) => xml.replace('>ada<', '>&x;<')],
      ['two roots', (xml: string) => xml + xml],
      ['no end', (xml: string) => xml.slice(0, -20)],
      ['no XML', () => 'hello'],
      ['a thousand levels', () => '<a>'.repeat(1_000) + '</a>'.repeat(1_000)],
    ])('with %s', async (_, change) => {
      await expectRefused('saml_malformed', (request) => change(honest(request)));
    });

    it('with what is no base64, or too long', async () => {
      const person = browser();
      const request = await begin(person);
      expect(errorIn(await post(person, request, '', { SAMLResponse: '<xml/>' }))).toEqual([
        302,
        'saml_malformed',
      ]);
      const long = await post(person, request, 'x'.repeat(60_000));
      expect([long.status, long.body.code]).toEqual([413, 'payload_too_large']);
    });

    it('with an encrypted assertion, of which nothing is read', async () => {
      await expectRefused('saml_encrypted', (request) =>
        responseOf(claimsFor(request), '<saml:EncryptedAssertion/>'),
      );
    });

    it('with an answer that was taken, on whichever replica', async () => {
      const person = browser();
      const request = await begin(person);
      const thief = person.copy(replica.service.url);
      const again = person.copy();
      const answer = honest(request);
      expect(errorIn(await post(person, request, answer))).toEqual([302, null]);
      // The browser has forgotten the request. Whoever copied its cookie before still has it.
      expect(errorIn(await post(person, request, answer))).toEqual([302, 'saml_request_unknown']);
      expect(errorIn(await post(again, request, answer))).toEqual([302, 'saml_replayed']);
      expect(errorIn(await post(again, request, honest(request)))).toEqual([302, 'saml_request_unknown']);
      expect((await thief.request('GET', '/api/me')).status).toBe(401);
    });

    it('but once where many browsers send an answer at the same time', async () => {
      const person = browser();
      const request = await begin(person);
      const answer = honest(request);
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => post(person.copy(), request, answer)),
      );
      const codes = answers.map((one) => String(errorIn(one)[1]));
      expect(codes.filter((code) => code === 'null')).toHaveLength(1);
      expect(codes.filter((code) => code === 'saml_replayed')).toHaveLength(7);
    });

    it('in a browser that has not begun the sign-in, or another one', async () => {
      const [person, victim] = [browser(), browser()];
      const request = await begin(person);
      const answer = honest(request);
      expect(errorIn(await post(victim, request, answer))).toEqual([302, 'saml_request_unknown']);
      await begin(victim);
      expect(errorIn(await post(victim, request, answer))).toEqual([302, 'saml_request_unknown']);
      expect(errorIn(await post(person, request, answer, { RelayState: 'x' }))).toEqual([
        302,
        'saml_request_unknown',
      ]);
      expect(await isSignedIn(victim)).toBe(false);
    });

    it('where the provider of another company answers', async () => {
      await connect({ name: 'Other', domains: ['other.test'], certificates: [otherKey.certificate] });
      const person = browser();
      const request = await begin(person, 'a@other.test');
      const mixed = { ...request, acsUrl: connection.callbackUrl };
      expect(errorIn(await post(person, mixed, honest(mixed)))).toEqual([302, 'saml_request_unknown']);
      expect(errorIn(await post(person, request, honest(request, {}, otherKey)))).toEqual([
        302,
        'saml_wrong_domain',
      ]);
    });

    it('once they are deactivated', async () => {
      const leaver = await service.createUser({ email: 'leaver@example.com', name: 'Leaver' });
      const claims = { email: leaver.email, nameId: 'leaver' };
      expect(errorIn(await signIn((request) => honest(request, claims)))).toEqual([302, null]);
      await service.query('UPDATE users SET is_active = false WHERE id = $1', [leaver.id]);
      expect(errorIn(await signIn((request) => honest(request, claims)))).toEqual([302, 'ACCOUNT_INACTIVE']);
    });

    it('with a row that says why, and has no answer in it', async () => {
      await expectRefused('saml_wrong_audience', (request) => honest(request, { audience: 'x' }));
      const [row] = await service.auditRows(`action = 'identity.sign_in' AND reason = 'saml_wrong_audience'`);
      expect(row).toMatchObject({ outcome: 'denied', user_id: null, metadata: { provider: connection.id } });
      expect(JSON.stringify(row)).not.toMatch(/SAMLResponse|RelayState|Assertion/);
    });
  });

  it('have a cookie that goes with the form of another site only by HTTPS', async () => {
    const person = browser();
    const answer = await person.request('POST', '/auth/sign-in/sso', { email: 'a@example.com' });
    const cookie = answer.headers.getSetCookie().find((one) => one.includes('company_sign_in'));
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    const secure = await TestService.start({ env: { ...env, PUBLIC_URL: 'https://bouncer.example.com' } });
    try {
      const { port } = secure.service.app.getHttpServer().address() as { port: number };
      const there = new Browser(`http://localhost:${port}`, 'https://bouncer.example.com');
      const authorization = `Bearer ${secure.adminKey}`;
      await there.request('POST', '/api/sso/connections', input(), { authorization });
      const begun = await there.request('POST', '/auth/sign-in/sso', { email: 'a@example.com' });
      const kept = begun.headers.getSetCookie().find((one) => one.includes('company_sign_in'));
      expect(kept).toMatch(/^__Host-bouncer.*Secure/i);
      expect(kept).toMatch(/SameSite=None/i);
    } finally {
      await secure.stop();
    }
  });

  it('send forms of another site to this one path alone', async () => {
    const headers = { origin: 'https://idp.example.com' };
    const form = new URLSearchParams({ email: 'a@example.com' });
    for (const path of [
      '/auth/sign-in/sso',
      '/auth/pages/company',
      `/auth/sso/saml/${connection.id}/metadata`,
      `/auth/sso/saml/${connection.id}/acs/`,
      `/auth/sso/saml/${connection.id}/acs2`,
    ]) {
      const answer = await browser().request('POST', path, form, headers);
      expect([path, answer.status, answer.text]).toEqual([path, 403, expect.stringContaining('Origin')]);
    }
    const json = { SAMLResponse: 'PHgvPg==' };
    const other = await browser().request('POST', new URL(connection.callbackUrl).pathname, json, headers);
    expect(other.status).toBe(415);
  });

  it('have metadata of the service, which their provider reads', async () => {
    const answer = await browser().request('GET', new URL(connection.entityId).pathname);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/samlmetadata+xml',
    ]);
    expect(answer.text).toContain(`entityID="${connection.entityId}"`);
    expect(answer.text).toContain(`Location="${connection.callbackUrl}"`);
    expect((await browser().request('GET', '/auth/sso/saml/x/metadata')).status).toBe(404);
  });

  it.each([
    ['no certificate', { certificates: undefined }, /certificates/],
    ['a certificate that is none', { certificates: ['x'] }, /X\.509/],
    ['a sign-in by plain HTTP', { signInUrl: 'http://idp.example.com' }, /signInUrl/],
    ['a client', { clientId: 'x' }, /clientId/],
  ])('have no connection with %s', async (_, more, message) => {
    const answer = await manage('POST', '/api/sso/connections', input({ domains: ['bad.test'], ...more }));
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.text).toMatch(message);
  });

  it('have no connection with a weak key, and one whose certificate can be compared', async () => {
    const weak = await samlKey(1024);
    const refused = await manage('POST', '/api/sso/connections', input({ certificates: [weak.certificate] }));
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('2048')]);
    const { body } = await manage('GET', '/api/sso/connections');
    const listed = (body.connections as { id: string; certificates: object[] }[]).find(
      ({ id }) => id === connection.id,
    );
    expect(listed).toMatchObject({
      kind: 'saml',
      clientId: null,
      certificates: [{ sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) }],
    });
    const [row] = await service.auditRows(`resource = $1`, [`sso_connection:${connection.id}`]);
    expect(row!.metadata).toMatchObject({ changes: { certificates: listed!.certificates } });
  });

  it('go on when the certificate of their provider is renewed, and the one before is not believed', async () => {
    const renewed = await connect({ name: 'Renewed', domains: ['renewed.test'] });
    const path = `/api/sso/connections/${renewed.id}`;
    const claims = { email: 'a@renewed.test' };
    const by = (signer: SamlKey) =>
      signIn((request) => honest(request, claims, signer), browser(), claims.email);
    expect(errorIn(await by(key))).toEqual([302, null]);
    const changed = await manage('PATCH', path, { certificates: [otherKey.certificate] });
    expect([changed.status, changed.text]).toEqual([204, '']);
    expect(errorIn(await by(key))).toEqual([302, 'saml_signature_invalid']);
    expect(errorIn(await by(otherKey))).toEqual([302, null]);
    const [row] = await service.auditRows(`action = 'sso_connection.update' AND resource = $1`, [
      `sso_connection:${renewed.id}`,
    ]);
    expect(row!.metadata).toMatchObject({ changes: { certificates: [{ sha256: expect.any(String) }] } });
  });

  it.each([
    ['nothing', {}],
    ['a client of the other kind', { clientSecret: 'x' }],
    ['a certificate that is none', { certificates: ['x'] }],
    ['a sign-in by plain HTTP', { signInUrl: 'http://idp.example.com' }],
    ['other domains', { domains: ['x.test'] }],
    ['another issuer', { issuer: 'x' }],
    ['no name', { name: null }],
  ])('have a connection that is not changed to %s', async (_, changes) => {
    const answer = await manage('PATCH', `/api/sso/connections/${connection.id}`, changes);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
  });

  it('have no sign-in any more once their connection is ended, not even one that was begun', async () => {
    const ended = await connect({ name: 'Ended', domains: ['ended.test'] });
    const [person, late] = [browser(), browser()];
    const claims = { email: 'a@ended.test' };
    expect(errorIn(await signIn((request) => honest(request, claims), person, claims.email))).toEqual([
      302,
      null,
    ]);
    const request = await begin(late, claims.email);
    expect((await manage('DELETE', `/api/sso/connections/${ended.id}`)).status).toBe(204);
    expect(errorIn(await post(late, request, honest(request, claims)))).toEqual([
      302,
      'connection_not_found',
    ]);
    expect(await isSignedIn(person)).toBe(false);
  });
});
