import { TestService } from './support/test-service.js';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

describe('The page /docs', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  /** Returns the URLs that the page loads, as they are written there. */
  const references = (html: string) => [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path]) => path!);

  it('opens without a key, as HTML with a policy that forbids other origins and inline code', async () => {
    const page = await service.request('GET', '/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(POLICY);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|\sstyle=|<style|\son\w+=/i);
  });

  it('refers to no other host, and all its files load without a key', async () => {
    const page = await service.request('GET', '/docs');
    expect(page.text).not.toMatch(/https?:|"\/\//);
    const types: Record<string, string | null> = {};
    for (const path of references(page.text)) {
      const part = await service.request('GET', new URL(path, `${service.url}/docs`).pathname);
      expect([path, part.status]).toEqual([path, 200]);
      expect(part.text.length).toBeGreaterThan(100);
      types[path] = part.headers.get('content-type');
    }
    expect(types).toEqual({
      'docs/favicon-32x32.png': 'image/png',
      'docs/swagger-ui.css': 'text/css; charset=utf-8',
      'docs/openapi.json': 'application/json; charset=utf-8',
      'docs/swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
      'docs/start.js': 'text/javascript; charset=utf-8',
    });
    const start = await service.request('GET', '/docs/start.js');
    expect(start.text).toContain("url: 'docs/openapi.json'");
    expect(start.text).toContain('validatorUrl: null');
    expect(start.text).not.toMatch(/https?:/);
  });

  it.each([
    'index.html',
    'package.json',
    '..%2Fpackage.json',
    '%2e%2e%2fpackage.json',
    '..%2F..%2F..%2Fpackage.json',
    '%2Fetc%2Fpasswd',
    'swagger-ui.css%00',
    'constructor',
    '__proto__',
    'toString',
  ])('serves no other file: %s is answered with 404', async (name) => {
    const answer = await service.request('GET', `/docs/${name}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it('has the same Host and Origin check as every route', async () => {
    for (const path of ['/docs', '/docs/openapi.json', '/docs/swagger-ui.css']) {
      const answer = await service.request('GET', path, { headers: { origin: 'https://elsewhere.example' } });
      expect([answer.status, answer.body.code]).toEqual([403, 'origin_not_allowed']);
    }
  });

  it('leaves no audit row', async () => {
    const before = await service.auditRows();
    for (const path of ['/docs', '/docs/openapi.json']) await service.request('GET', path, { key: 'wrong' });
    expect(await service.auditRows()).toHaveLength(before.length);
  });
});
