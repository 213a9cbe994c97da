import { v7 as uuid } from 'uuid';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { keyIn, makeOrganization, personOf } from './support/second-organization.js';
import { TestService, type TestUser } from './support/test-service.js';

const NODE = '01900000-0000-7000-8000-00000000000a';
const MINUTE_MS = 60_000;

describe('The overview', () => {
  let service: TestService;
  let acme: string;
  let seq = 0;
  /** A minute that is over, in the hour before now. */
  let minute: Date;

  interface Row {
    organizationId: string | null;
    user: TestUser;
    tool?: string;
    action?: string;
    outcome?: string;
    reason?: string;
    ms?: number;
    at?: Date;
  }

  const add = ({
    organizationId,
    user,
    tool,
    action = 'tools/call',
    outcome = 'success',
    reason,
    ms,
    at,
  }: Row) =>
    service.query(
      `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, user_id, organization_id, action, tool, outcome, reason, duration_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        uuid(),
        at ?? minute,
        NODE,
        ++seq,
        user.id,
        organizationId,
        action,
        tool ?? null,
        outcome,
        reason ?? null,
        ms ?? null,
      ],
    );
  const read = (key: string, window = '') => service.request('GET', `/api/overview${window}`, { key });
  const readerIn = async (organizationId: string, user: TestUser, scopes = ['audit:read']) =>
    (await keyIn(service, organizationId, user, scopes)).apiKey;

  beforeAll(async () => {
    service = await TestService.start();
    acme = await makeOrganization(service, 'Acme');
    minute = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 5 * MINUTE_MS + 1_000);
  });
  afterAll(() => service.stop());

  it('counts calls, errors, refusals and durations of an organisation, and nothing of another one', async () => {
    const [auditor, member] = [await personOf(service, acme, 'auditor'), await personOf(service, acme)];
    const elsewhere = await service.createUser();
    for (const ms of [10, 10, 10, 800])
      await add({ organizationId: acme, user: member, tool: 'documents_search', ms });
    await add({
      organizationId: acme,
      user: member,
      tool: 'whoami',
      outcome: 'failure',
      reason: 'internal',
      ms: 20,
    });
    for (let count = 0; count < 3; count++)
      await add({
        organizationId: acme,
        user: member,
        tool: 'documents_delete',
        outcome: 'denied',
        reason: 'insufficient_scope',
        ms: 9_000,
      });
    await add({ organizationId: acme, user: auditor, outcome: 'denied', reason: 'rate_limited' });
    await add({
      organizationId: acme,
      user: member,
      tool: 'whoami',
      outcome: 'pending',
      action: 'tools/call:intent',
    });
    await add({ organizationId: acme, user: member, action: 'anomaly.rate' });
    for (const organizationId of [DEFAULT_ORGANIZATION, null])
      await add({ organizationId, user: elsewhere, tool: 'reports_secret', ms: 70_000 });

    const { status, body } = await read(await readerIn(acme, auditor), '?window=1h');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      window: '1h',
      bucketSeconds: 60,
      calls: 9,
      errors: 1,
      refused: 4,
      limitsHit: 1,
      refusals: [
        { code: 'insufficient_scope', count: 3 },
        { code: 'rate_limited', count: 1 },
      ],
      health: { database: 'ok', replicas: 1, audit: { status: 'ok' }, rateLimit: 'ok' },
    });
    expect(body.p50Ms).toBeGreaterThan(8);
    expect(body.p50Ms).toBeLessThan(12);
    expect(body.p95Ms).toBeGreaterThan(700);
    expect(body.p95Ms).toBeLessThan(900);
    expect(body.slowestTools.map(({ tool }: { tool: string }) => tool)).toEqual([
      'documents_search',
      'whoami',
    ]);
    expect(body.mostRefusedTools).toMatchObject([{ tool: 'documents_delete', refused: 3, p95Ms: null }]);
    expect(body.anomalies).toMatchObject([{ kind: 'rate', occurredAt: minute.toISOString() }]);
    expect(body.series).toHaveLength(60);
    expect(body.series.map(({ unfinished }: { unfinished: boolean }) => unfinished).indexOf(true)).toBe(59);
    const begun = new Date(Math.floor(minute.getTime() / MINUTE_MS) * MINUTE_MS).toISOString();
    const counted = body.series.filter(({ calls }: { calls: number }) => calls > 0);
    expect(counted.map(({ from, calls }: { from: string; calls: number }) => [from, calls])).toEqual([
      [begun, 9],
    ]);
    expect(JSON.stringify(body)).not.toContain('reports_secret');

    const own = await read(await readerIn(acme, member), '?window=24h');
    expect(own.body).toMatchObject({ calls: 8, refused: 3, limitsHit: 0, anomalies: [{ kind: 'rate' }] });
  });

  it('shows an auditor of the default organisation its rows, with those of no organisation, and an operator all', async () => {
    const auditor = await service.createUser({ role: 'auditor' });
    const here = (await read(await readerIn(DEFAULT_ORGANIZATION, auditor), '?window=7d')).body;
    expect(here.slowestTools).toMatchObject([{ tool: 'reports_secret', calls: 2 }]);
    expect(here.mostRefusedTools).toEqual([]);
    const operator = await service.createUser({ role: 'admin' });
    await service.query('UPDATE users SET is_operator = true WHERE id = $1', [operator.id]);
    const all = (await read(await readerIn(DEFAULT_ORGANIZATION, operator), '?window=7d')).body;
    expect(all.mostRefusedTools).toMatchObject([{ tool: 'documents_delete', refused: 3 }]);
  });

  it('is refused to a key without audit:read, and for a window that there is not', async () => {
    const user = await service.createUser({ role: 'admin' });
    const refused = await read(await readerIn(DEFAULT_ORGANIZATION, user, ['documents:read']));
    expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
    const wrong = await read(service.adminKey, '?window=2d');
    expect([wrong.status, wrong.body.code]).toEqual([400, 'validation_failed']);
  });

  it('lends the list of tools their figures of a day, where the caller may read the audit', async () => {
    const admin = await service.createUser({ role: 'admin' });
    await service.query('UPDATE users SET is_operator = false WHERE id = $1', [admin.id]);
    const list = async (scopes: string[]) =>
      (
        await service.request('GET', '/api/tools', {
          key: await readerIn(DEFAULT_ORGANIZATION, admin, scopes),
        })
      ).body.tools as { name: string; lastDay: unknown }[];
    expect((await list(['service:read'])).every(({ lastDay }) => lastDay === null)).toBe(true);
    const tools = await list(['service:read', 'audit:read']);
    // None of its rows is of the default organisation.
    expect(tools.find(({ name }) => name === 'documents_delete')?.lastDay).toEqual({
      calls: 0,
      errors: 0,
      refused: 0,
      p95Ms: null,
    });
  });
});
