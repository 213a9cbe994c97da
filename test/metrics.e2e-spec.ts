import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MetricSources } from '../src/common/metric-sources.js';
import { ERROR_CODES } from '../src/errors/error-codes.js';
import { MetricsServer } from '../src/metrics/metrics-server.js';
import { headOf, sendRaw } from './support/raw-request.js';
import { Scrape } from './support/scrape.js';
import { TestService } from './support/test-service.js';

describe('The metrics', () => {
  let service: TestService;
  let scraper: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { METRICS_PORT: '0' } });
    scraper = (await service.createKey(await service.createUser({ role: 'auditor' }), ['metrics:read']))
      .apiKey;
  });
  afterAll(() => service.stop());

  const own = () => service.service.app.get(MetricsServer, { strict: false }).url!;
  const scrape = async () => new Scrape(await (await fetch(own())).text());
  async function statusFor(host: string): Promise<number> {
    const head = headOf('GET', '/metrics', [
      ['Host', host],
      ['Connection', 'close'],
    ]);
    const { closed, received } = sendRaw(own(), head);
    await closed;
    return Number(received().split(' ')[1]);
  }
  /** By how much the sum of a metric grows with what `work` does. */
  async function growth(work: () => Promise<unknown>, name: string, labels: Record<string, string>) {
    const before = await scrape();
    await work();
    return (await scrape()).sum(name, labels) - before.sum(name, labels);
  }

  it('are answered in the format of Prometheus to a key with the scope metrics:read', async () => {
    const answer = await service.request('GET', '/metrics', { key: scraper });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(new Scrape(answer.text).sum('bouncer_ready')).toBe(1);
  });

  it('are refused without a key, and to a key without that scope', async () => {
    expect((await service.request('GET', '/metrics')).status).toBe(401);
    const { apiKey } = await service.createKey(await service.createUser(), ['read', 'write', 'delete']);
    const answer = await service.request('GET', '/metrics', { key: apiKey });
    expect(answer.body).toMatchObject({ status: 403, missingScopes: ['metrics:read'] });
  });

  it("cannot be reached by an agent's key or a member's", async () => {
    const create = (userId: string, more: object) =>
      service.request('POST', '/api/mcp/keys', {
        key: service.adminKey,
        body: { name: 'Spec', userId, scopes: ['metrics:read'], ...more },
      });
    const [auditor, member] = [await service.createUser({ role: 'auditor' }), await service.createUser()];
    expect((await create(auditor.id, { agent: true })).status).toBe(400);
    expect((await create(member.id, {})).status).toBe(400);
  });

  it('are served without a key on a port of their own, where nothing else is', async () => {
    const answer = await fetch(own());
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    for (const path of ['/', '/health', '/api/users', '/mcp'])
      expect((await fetch(new URL(path, own()))).status).toBe(404);
    expect((await fetch(own(), { method: 'POST' })).status).toBe(405);
    expect(new URL(own()).hostname).toBe('127.0.0.1');
  });

  it('are refused on the loopback address to a web page that has bound its own name to it', async () => {
    const { port } = new URL(own());
    const hosts = ['evil.example.com', `evil.example.com:${port}`, 'localhost', `127.0.0.1:${port}`];
    expect(await Promise.all(hosts.map(statusFor))).toEqual([403, 403, 200, 200]);
  });

  it('stop the start where their port is taken, and name the setting', async () => {
    const METRICS_PORT = new URL(own()).port;
    await expect(TestService.start({ env: { METRICS_PORT } })).rejects.toThrow(
      'METRICS_PORT: cannot be listened on (EADDRINUSE)',
    );
  });

  it('count calls by tool and outcome, with their durations', async () => {
    const user = await service.createUser();
    const { apiKey } = await service.createKey(user, ['documents:read']);
    const tool = 'documents_search';
    const search = () => service.call(apiKey, tool, { query: 'x' });
    expect(await growth(search, 'bouncer_calls_total', { tool, outcome: 'success' })).toBe(1);
    const wrong = () => service.call(apiKey, tool, { query: 5 });
    expect(await growth(wrong, 'bouncer_calls_total', { tool, outcome: 'failure' })).toBe(1);
    const denied = () => service.call(apiKey, 'documents_delete', { id: 'x' });
    expect(await growth(denied, 'bouncer_calls_total', { tool: 'documents_delete', outcome: 'denied' })).toBe(
      1,
    );
    expect(await growth(search, 'bouncer_call_duration_seconds_count', { tool })).toBe(1);
    expect(await growth(search, 'bouncer_call_duration_seconds_bucket', { tool, le: '+Inf' })).toBe(1);
  });

  it('count a change of keys or users once', async () => {
    const create = () => service.createUser();
    expect(await growth(create, 'bouncer_calls_total', { tool: '', outcome: 'success' })).toBe(1);
  });

  it('count refusals and failures by code, and limits by policy', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const denied = () => service.call(apiKey, 'documents_delete', { id: 'x' });
    expect(await growth(denied, 'bouncer_refusals_total', { code: 'insufficient_scope' })).toBe(1);
    const keyless = () => service.request('GET', '/api/users');
    expect(await growth(keyless, 'bouncer_refusals_total', { code: 'missing_api_key' })).toBe(1);
    const wrong = () => service.request('POST', '/api/users', { key: service.adminKey, body: {} });
    expect(await growth(wrong, 'bouncer_failures_total', { code: 'validation_failed' })).toBe(1);
    const limited = await service.createKey(await service.createUser({ requestsPerMinute: 1 }), ['read']);
    const twice = async () => {
      await service.call(limited.apiKey, 'whoami');
      await service.call(limited.apiKey, 'whoami');
    };
    expect(await growth(twice, 'bouncer_limited_total', { policy: 'custom' })).toBe(1);
  });

  it('have bounded labels, whatever names callers make up, and never a user or a key', async () => {
    const user = await service.createUser();
    const { id, apiKey, start } = await service.createKey(user, ['read']);
    const calls = Array.from({ length: 2_000 }, (_, index) => ({
      jsonrpc: '2.0',
      id: index,
      method: 'tools/call',
      params: { name: `made_up_${index}`, arguments: {} },
    }));
    const before = await scrape();
    for (let from = 0; from < calls.length; from += 50) {
      const headers = { 'mcp-protocol-version': '2025-03-26' };
      await service.request('POST', '/mcp', { key: apiKey, headers, body: calls.slice(from, from + 50) });
    }
    const after = await scrape();
    expect(after.sum('bouncer_calls_total', { tool: 'unknown', outcome: 'failure' })).toBe(
      before.sum('bouncer_calls_total', { tool: 'unknown', outcome: 'failure' }) + 2_000,
    );
    expect(after.valuesOf('bouncer_calls_total', 'tool')).toEqual(
      before.valuesOf('bouncer_calls_total', 'tool'),
    );
    for (const secret of [user.id, user.email, id, start, apiKey, 'made_up'])
      expect(after.text).not.toContain(secret);
    const codes = [
      ...after.valuesOf('bouncer_refusals_total', 'code'),
      ...after.valuesOf('bouncer_failures_total', 'code'),
    ];
    expect(codes.sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('follow the naming of Prometheus: counters end with _total, and each has its unit', async () => {
    const own = [...(await scrape()).types].filter(([name]) => name.startsWith('bouncer_'));
    expect(own.length).toBeGreaterThan(25);
    for (const [name, type] of own)
      expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
  });

  it('have every metric that an alert names, and the page has every alert and metric', async () => {
    const read = (path: string) => readFileSync(join(__dirname, '..', path), 'utf8');
    const [alerts, page] = [read('deploy/prometheus/alerts.yml'), read('docs/metrics.md')];
    const { types, samples } = await scrape();
    const named = new Set(alerts.match(/\b(?:bouncer|nodejs|process)_\w+/g));
    expect(named.size).toBeGreaterThan(9);
    expect([...named].filter((name) => !types.has(name))).toEqual([]);
    for (const [selector] of alerts.matchAll(/bouncer_check_ok\{check="\w+"\}/g))
      expect([...samples.keys()]).toContain(selector);
    const titles = [...alerts.matchAll(/alert: (\w+)/g)].map(([, title]) => title!);
    const own = [...types.keys()].filter((name) => name.startsWith('bouncer_'));
    expect([...titles, ...own].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('go on without a source that fails', async () => {
    service.service.app.get(MetricSources, { strict: false }).add(() => {
      throw new Error('Broken');
    });
    expect((await scrape()).sum('bouncer_ready')).toBe(1);
  });

  it('have the process, its event loop and its memory', async () => {
    const types = (await scrape()).types;
    for (const name of [
      'process_cpu_seconds_total',
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
    ])
      expect(types.has(name)).toBe(true);
  });
});
