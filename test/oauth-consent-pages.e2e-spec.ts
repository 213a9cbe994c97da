import { makeSignature } from 'better-auth/crypto';
import { AuthSecret } from '../src/identity/auth/auth-secret.js';
import type { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { CALLBACK, challengeOf, OAuthProgram } from './support/oauth-program.js';
import { byPassword, person } from './support/people.js';
import { TestService } from './support/test-service.js';

const PAGE = '/auth/pages/consent';
const CHALLENGE = challengeOf('a'.repeat(43));

describe('The page of consent', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let atAda: Browser;
  let program: OAuthProgram;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { SMTP_URL: mailbox.url, OAUTH_DCR: 'open', RATE_LIMIT_FAILED_KEYS: '10000' },
    });
    const ada = await person(service, mailbox, 'ada@example.com');
    atAda = await byPassword(ada.email, service.url);
    program = await OAuthProgram.register(service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const question = async (more: Record<string, string> = {}) => {
    const path = program.authorizePath({ scope: 'documents:read', code_challenge: CHALLENGE, ...more });
    const asked = await atAda.request('GET', path);
    expect([asked.status, asked.text]).toEqual([302, expect.any(String)]);
    return new URL(asked.headers.get('location')!, service.url).searchParams;
  };
  const shown = (query: URLSearchParams) => atAda.request('GET', `${PAGE}?${query.toString()}`);
  const decided = (query: URLSearchParams) =>
    atAda.submit(PAGE, { query: query.toString(), decision: 'allow', 'scope:documents:read': 'on' });

  it('is shown for the question of the authorization server, and names the program apart from the text', async () => {
    const page = await shown(await question());
    expect([page.status, page.text]).toEqual([
      200,
      expect.stringContaining('<h1>Connect <bdi>&quot;Spec program&quot;</bdi>?</h1>'),
    ]);
    expect(page.text).toContain('<bdi>&quot;Spec program&quot;</bdi> asks to act for you');
    expect(page.text).toContain('<title>Connect &quot;Spec program&quot;?');
  });

  /** Signs a question as the authorization server does, with another end. */
  const signedWith = async (asked: URLSearchParams, exp: string) => {
    const query = new URLSearchParams(asked);
    query.set('exp', exp);
    query.delete('sig');
    const pairs = [...query].map((pair) => new URLSearchParams([pair]).toString()).sort();
    const secret = await service.service.app.get(AuthSecret, { strict: false }).get();
    const signed = [...new URLSearchParams(pairs.join('&'))];
    query.set('sig', await makeSignature(new URLSearchParams(signed).toString(), secret));
    return query;
  };

  const changes: [string, (query: URLSearchParams) => void][] = [
    ['has no signature', (query) => query.delete('sig')],
    ['has an empty signature', (query) => query.set('sig', '')],
    ['has a signature that nobody made', (query) => query.set('sig', 'A'.repeat(43) + '=')],
    ['has its signature twice', (query) => query.append('sig', query.get('sig')!)],
    ['leads elsewhere', (query) => query.set('redirect_uri', 'https://evil.example.com/')],
    ['leads nowhere', (query) => query.delete('redirect_uri')],
    ['comes from another program', (query) => query.set('client_id', 'another')],
    ['asks for more', (query) => query.set('scope', 'documents:read documents:delete')],
    ['asks for one thing beside', (query) => query.append('scope', 'documents:delete')],
    ['lasts for longer', (query) => query.set('exp', '9999999999')],
    ['has another state', (query) => query.set('state', 'another')],
    ['says something beside', (query) => query.append('another', 'x')],
  ];

  it.each(changes)('is neither shown nor answered for a question that %s', async (_title, change) => {
    const query = await question();
    change(query);
    for (const page of [await shown(query), await decided(query)]) {
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('Start again in the program')]);
      expect(page.text).not.toMatch(/evil\.example\.com|asks to act for you|name="decision"/);
    }
    expect(
      await service.query('SELECT FROM oauth_consents WHERE client_id = $1', [program.clientId]),
    ).toEqual([]);
  });

  it('asks nobody to sign in for a question that the authorization server did not ask', async () => {
    const forged = new URLSearchParams({ client_id: program.clientId, redirect_uri: CALLBACK, sig: 'x' });
    const answer = await fetch(`${service.url}${PAGE}?${forged.toString()}`, { redirect: 'manual' });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining('Start again in the program'),
    ]);
  });

  it('is over ten minutes after the question, for the look at it and for the answer', async () => {
    const now = Math.floor(Date.now() / 1000);
    const asked = await question();
    expect(Number(asked.get('exp')) - now).toBeGreaterThan(0);
    expect(Number(asked.get('exp')) - now).toBeLessThanOrEqual(601);
    const open = await signedWith(asked, String(now + 60));
    expect((await shown(open)).status).toBe(200);
    for (const exp of [String(now - 1), '', 'never']) {
      const over = await signedWith(asked, exp);
      for (const page of [await shown(over), await decided(over)])
        expect([page.status, page.text]).toEqual([400, expect.stringContaining('This request is over')]);
    }
  });
});
