import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { ConsoleFiles } from '../src/console/console-files.js';
import { TestService } from './support/test-service.js';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
  "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** Asks as a browser does: `fetch` would hide the compression. */
const ask = (url: string, headers: Record<string, string> = {}) =>
  new Promise<IncomingMessage>((done, failed) => {
    get(url, { headers }, done).on('error', failed);
  }).then(async (answer) => ({ answer, body: await buffer(answer) }));

describe('The console', () => {
  let service: TestService;
  let page: { status: number; headers: Headers; text: string };

  beforeAll(async () => {
    service = await TestService.start();
    page = await service.request('GET', '/console');
  });
  afterAll(() => service.stop());

  const assets = () => [...page.text.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)].map(([, path]) => path!);

  it('is a page that needs no key, whose policy allows no inline code and no other host', () => {
    expect(page.status).toBe(200);
    const header = (name: string) => page.headers.get(name);
    expect(header('content-type')).toBe('text/html; charset=utf-8');
    expect(header('content-security-policy')).toBe(POLICY);
    expect(header('cache-control')).toBe('no-cache');
    expect(header('x-frame-options')).toBe('DENY');
    expect(header('x-content-type-options')).toBe('nosniff');
    expect(header('referrer-policy')).toBe('same-origin');
    expect(header('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.text).not.toMatch(
      /<script(?![^>]*\ssrc=)|\sstyle=|<style|\son\w+=|(?:src|href)="(?:https?:)?\/\//i,
    );
  });

  it.each(['/console/', '/console/keys', '/console/keys/0190?unused=90', '/console/a/b/c'])(
    'answers the same page at the address of a screen: %s',
    async (path) => {
      const answer = await service.request('GET', path);
      expect([answer.status, answer.text]).toEqual([200, page.text]);
    },
  );

  it('has files that browsers keep for good, compressed where they take it', async () => {
    expect(assets().length).toBeGreaterThan(2);
    for (const path of assets()) {
      const plain = await ask(service.url + path);
      const { answer, body } = await ask(service.url + path, { 'accept-encoding': 'gzip, br' });
      expect([path, answer.statusCode]).toEqual([path, 200]);
      expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(answer.headers.vary).toBe('Accept-Encoding');
      expect(plain.answer.headers['content-encoding']).toBeUndefined();
      expect(gunzipSync(body).equals(plain.body)).toBe(true);
    }
  });

  it('is not sent again to a browser that has it', async () => {
    const etag = page.headers.get('etag')!;
    const { answer, body } = await ask(`${service.url}/console`, { 'if-none-match': etag });
    expect([answer.statusCode, body.length]).toEqual([304, 0]);
  });

  it.each([
    'none.js',
    'a/none.js',
    '..%2Findex.html',
    '%2e%2e%2findex.html',
    '..%2F..%2F..%2Fpackage.json',
    '%2Fetc%2Fpasswd',
    'constructor',
    '__proto__',
  ])('serves no other file: %s is answered with 404', async (name) => {
    const answer = await service.request('GET', `/console/assets/${name}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('has the same Host and Origin check as every route, and leaves no audit row', async () => {
    const before = await service.auditRows();
    for (const path of ['/console', assets()[0]!]) {
      const answer = await service.request('GET', path, { headers: { origin: 'https://elsewhere.example' } });
      expect([answer.status, answer.body.code]).toEqual([403, 'origin_not_allowed']);
      await service.request('GET', path, { key: 'wrong' });
    }
    expect(await service.auditRows()).toHaveLength(before.length);
  });
});

describe('The links of a company', () => {
  it('stand in the page as text, with the same policy and another ETag', async () => {
    const title = `</head><script src>&"'`;
    const service = await TestService.start({
      env: { CONSOLE_LINKS: `${title}=https://wiki.example.com/a?b=c, Status=/status` },
    });
    const other = await TestService.start();
    const [page, without] = await Promise.all([service, other].map(({ url }) => ask(`${url}/console`)));
    const [, content] = /<meta name="links" content="([^"]*)" \/><\/head>/.exec(page!.body.toString())!;
    expect(content).not.toMatch(/[<>]/);
    const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' };
    const text = content!.replace(/&\w+;/g, (entity) => entities[entity as keyof typeof entities]);
    expect(JSON.parse(text)).toEqual([
      { title, address: 'https://wiki.example.com/a?b=c' },
      { title: 'Status', address: '/status' },
    ]);
    expect(page!.answer.headers['content-security-policy']).toBe(POLICY);
    expect(page!.answer.headers.etag).not.toBe(without!.answer.headers.etag);
    expect(without!.body.toString()).not.toContain('name="links"');
    await Promise.all([service.stop(), other.stop()]);
  });

  it('keep the service from starting where one leads where it must not, and no value is said', async () => {
    const env = { CONSOLE_LINKS: 'Handbook=https://wiki.example.com, Elsewhere=javascript:alert(1)' };
    const refused = await TestService.start({ env }).then(
      () => 'started',
      ({ message }: Error) => message,
    );
    expect(refused).toContain('CONSOLE_LINKS: link 2: must lead to an https URL');
    expect(refused).not.toContain('javascript');
  });
});

describe('The console that is not there', () => {
  it('answers 404 with CONSOLE=off, while the pages to sign in stay', async () => {
    const service = await TestService.start({ env: { CONSOLE: 'off' } });
    for (const path of ['/console', '/console/keys', '/console/assets/none.js']) {
      const answer = await service.request('GET', path);
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    }
    expect((await service.request('GET', '/auth/pages/sign-in')).status).toBe(200);
    await service.stop();
  });

  it('has no files where it was not built', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bouncer-console-'));
    for (const files of [new ConsoleFiles(folder), new ConsoleFiles(join(folder, 'none'))])
      expect([files.areBuilt, files.page(), files.asset('index.js')]).toEqual([false, undefined, undefined]);
    rmSync(folder, { recursive: true });
  });
});
