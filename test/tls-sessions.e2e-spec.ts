import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { PasswordLinks } from '../src/identity/links/password-links.js';
import { TestService } from './support/test-service.js';

const PASSWORD = 'correct horse battery staple';
const EMAIL = 'ada@example.com';
const COOKIE = '__Host-bouncer_session';

describe('A session over HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bouncer-tls-'));
  const [certificate, privateKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  let service: TestService;
  let cookie: string;

  beforeAll(async () => {
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'].concat(
        ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
        ['-keyout', privateKey, '-out', certificate],
      ),
      { stdio: 'ignore' },
    );
    service = await TestService.start({ env: { TLS_CERT_FILE: certificate, TLS_KEY_FILE: privateKey } });
    const { app } = service.service;
    const made = await ask(
      'POST',
      '/api/users',
      { email: EMAIL, name: 'Ada' },
      { 'x-api-key': service.adminKey },
    );
    if (made.status !== 201) throw new Error(made.text);
    const { path } = await app.get(PasswordLinks, { strict: false }).issueFor(EMAIL, 'users:link');
    const secret = path.split('=')[1]!;
    const chosen = await submit('/auth/pages/link', { secret, password: PASSWORD });
    if (chosen.status !== 303) throw new Error(chosen.text);
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true });
  });

  /** Trusts the certificate of the service alone. */
  async function ask(method: string, path: string, body?: unknown, headers: RequestOptions['headers'] = {}) {
    const isForm = body instanceof URLSearchParams;
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const asked = request(service.url + path, {
        method,
        ca: readFileSync(certificate),
        headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
      });
      asked.on('response', resolve).on('error', reject);
      asked.end(isForm ? body.toString() : body && JSON.stringify(body));
    });
    return {
      status: answer.statusCode!,
      cookies: answer.headers['set-cookie'] ?? [],
      text: await text(answer),
    };
  }

  const submit = (path: string, members: Record<string, string>, origin = service.url) =>
    ask('POST', path, new URLSearchParams(members), { origin, ...(cookie && { cookie }) });

  it('has a cookie that browsers send to this host by HTTPS alone, and that no script reads', async () => {
    const signedIn = await submit('/auth/pages/sign-in', { email: EMAIL, password: PASSWORD });
    expect([signedIn.status, signedIn.cookies.length]).toEqual([303, 1]);
    const [pair, ...attributes] = signedIn.cookies[0]!.split('; ');
    expect(pair).toMatch(new RegExp(`^${COOKIE}=[^;]+$`));
    expect(attributes.map((one) => one.toLowerCase().replace(/^max-age=\d+$/, 'max-age')).sort()).toEqual([
      'httponly',
      'max-age',
      'path=/',
      'samesite=lax',
      'secure',
    ]);
    cookie = pair!;
  });

  it('is a caller of REST, whose changes must come from a page of the service by HTTPS', async () => {
    const me = await ask('GET', '/api/me', undefined, { cookie });
    expect([me.status, JSON.parse(me.text).user.email]).toEqual([200, EMAIL]);
    const document = { title: 'By HTTPS', content: 'x' };
    const made = await ask('POST', '/api/documents', document, { cookie, origin: service.url });
    expect(made.status).toBe(201);
    const plain = service.url.replace('https:', 'http:');
    const refused = await ask('POST', '/api/documents', document, { cookie, origin: plain });
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([403, 'csrf_refused']);
  });

  it('is none under the name of the cookie of HTTP', async () => {
    const renamed = cookie.replace('__Host-', '');
    expect((await ask('GET', '/api/me', undefined, { cookie: renamed })).status).toBe(401);
  });

  it('ends by the sign-out of the pages, which removes the cookie', async () => {
    const out = await submit('/auth/pages/sign-out', {});
    expect(out.status).toBe(303);
    expect(out.cookies.some((one) => one.startsWith(`${COOKIE}=;`) && /max-age=0/i.test(one))).toBe(true);
    expect((await ask('GET', '/api/me', undefined, { cookie })).status).toBe(401);
  });
});
