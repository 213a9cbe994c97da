import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { insertAuditEvents } from '../src/audit/writer/audit-insert.js';
import { KeyUsageService } from '../src/audit/usage/key-usage.service.js';
import { loadMigrations } from '../src/database/load-migrations.js';
import { runMigrations } from '../src/database/migrations.js';
import { createDatabase, query } from './support/database.js';
import { EMPTY_RECORD } from './support/empty-record.js';
import { TestService, type TestUser } from './support/test-service.js';
import type { QueuedEvent } from '../src/audit/events/audit-row.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';
const MIGRATION = 'KeyUsage1795000100000';
const COUNTS = `
  count(*) AS calls,
  count(*) FILTER (WHERE outcome = 'failure') AS failures,
  count(*) FILTER (WHERE outcome = 'denied') AS denials,
  count(*) FILTER (WHERE reason = 'rate_limited') AS "limitsHit"`;
const TOOL = `CASE WHEN reason = 'unknown_tool' THEN NULL ELSE tool END`;
const DAY = `to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

/** Returns the roll-up, and the counted rows that it must equal. */
const KEPT = `
  SELECT key_id, day::text, action, nullif(tool, '') AS tool, calls, failures, denials, limits_hit AS "limitsHit"
  FROM key_usage ORDER BY 1, 2, 3, 4`;
const COUNTED = `
  SELECT key_id, ${DAY} AS day, action, ${TOOL} AS tool, ${COUNTS}
  FROM audit_events WHERE key_id IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`;

let sequence = 0;

const event = (fields: Partial<QueuedEvent>): QueuedEvent => ({
  ...EMPTY_RECORD,
  id: uuid(),
  occurredAt: new Date(),
  nodeId: NO_ROW,
  nodeSeq: ++sequence,
  action: 'tools/call',
  tool: 'whoami',
  ...fields,
});
const numbered = (rows: Record<string, unknown>[]) =>
  rows.map((row) => ({
    ...row,
    calls: Number(row.calls),
    failures: Number(row.failures),
    denials: Number(row.denials),
    limitsHit: Number(row.limitsHit),
  }));
const byName = (rows: Record<string, unknown>[]) => rows.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
const nameOf = ({ tool, action }: Record<string, unknown>) => `${String(tool)} ${String(action)}`;

describe('The usage of a key', () => {
  let service: TestService;
  let dataSource: DataSource;
  let owner: TestUser;
  /** The owner's key that may read the owner's keys. */
  let manager: { id: string; apiKey: string };

  beforeAll(async () => {
    service = await TestService.start();
    dataSource = service.service.app.get(DataSource, { strict: false });
    owner = await service.createUser();
    manager = await service.createKey(owner, ['keys:read']);
  });
  afterAll(() => service.stop());

  const usage = (id: string, search = '', key = manager.apiKey) =>
    service.request('GET', `/api/mcp/keys/${id}/usage${search}`, { key });
  const written = async (keyId: string) => {
    await service.auditRows();
    return numbered(await service.query(KEPT)).filter((row) => (row as { key_id?: string }).key_id === keyId);
  };
  const expectSameAsRows = async () => {
    await service.auditRows();
    const counted = await service.query(COUNTED);
    expect(counted.length).toBeGreaterThan(0);
    expect(await service.query(KEPT)).toEqual(counted);
  };

  describe('after a mixed load of two keys', () => {
    let key: { id: string; apiKey: string };
    let limited: { id: string; apiKey: string };
    let statuses: Set<number>;

    beforeAll(async () => {
      key = await service.createKey(owner, ['documents:read', 'documents:write']);
      limited = await service.createKey(await service.createUser({ requestsPerMinute: 5 }), ['read']);
      const rest = (path: string, from: string, method = 'GET', body?: unknown) =>
        service.request(method, `/api/documents${path}`, { key: from, body });
      const once = (): (() => Promise<{ status: number }>)[] => [
        () => service.call(key.apiKey, 'whoami'),
        () => service.call(key.apiKey, 'documents_list'),
        () => service.call(key.apiKey, 'documents_get', { id: NO_ROW }),
        () => service.call(key.apiKey, 'documents_delete', { id: NO_ROW }),
        () => service.call(key.apiKey, 'documents_nothing'),
        () => rest('', key.apiKey, 'POST', { title: 'T', content: 'C' }),
        () => rest(`/${NO_ROW}`, key.apiKey),
        () => rest(`/${NO_ROW}`, key.apiKey, 'DELETE'),
        () => service.call(limited.apiKey, 'whoami'),
        () => rest('', limited.apiKey),
      ];
      const writing = Array.from({ length: 30 }, (_, batch) => {
        const events = Array.from({ length: 40 }, (_, row) =>
          event({ keyId: row % 2 ? key.id : limited.id, tool: `tool_${row % 7}` }),
        );
        return insertAuditEvents(dataSource, batch % 2 ? events : events.toReversed());
      });
      const calls = Array.from({ length: 12 }, once)
        .flat()
        .map((call) => call());
      statuses = new Set((await Promise.all(calls)).map(({ status }) => status));
      await Promise.all(writing);
    });

    it('is stored exactly as the rows say, with several concurrent writers', async () => {
      expect(statuses).toEqual(new Set([200, 201, 403, 404, 429]));
      await expectSameAsRows();
    });

    it.each([
      ['the one', () => key],
      ['the other', () => limited],
    ])('is answered exactly as the rows say: %s key', async (_, keyOf) => {
      const { id } = keyOf();
      await service.auditRows();
      const { status, body } = await usage(id, '?days=2', service.adminKey);
      expect(status).toBe(200);
      const rows = (what: string, by: string) =>
        service.query(`SELECT ${what}${COUNTS} FROM audit_events WHERE key_id = $1 ${by}`, [id]);
      const { calls, failures, denials, limitsHit } = body;
      expect([{ calls, failures, denials, limitsHit }]).toEqual(numbered(await rows('', '')));
      expect(body.perDay.filter((day: { calls: number }) => day.calls > 0)).toEqual(
        numbered(await rows(`${DAY} AS day, `, 'GROUP BY 1 ORDER BY 1')),
      );
      const byTool = numbered(await rows(`${TOOL} AS tool, action, `, 'GROUP BY 1, 2'));
      expect(byName(body.perTool)).toEqual(byName(byTool));
      const sizes: number[] = body.perTool.map((tool: { calls: number }) => tool.calls);
      expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    });

    it('distinguishes failures, refusals and limits, per tool and per REST action', async () => {
      await service.auditRows();
      const { body } = await usage(key.id);
      const none = { failures: 0, denials: 0, limitsHit: 0 };
      for (const entry of [
        { tool: 'whoami', action: 'tools/call', calls: 12, ...none },
        { tool: 'documents_get', action: 'tools/call', calls: 12, ...none, failures: 12 },
        { tool: 'documents_delete', action: 'tools/call', calls: 12, ...none, denials: 12 },
        { tool: null, action: 'tools/call', calls: 12, ...none, failures: 12 },
        { tool: null, action: 'document.create', calls: 12, ...none },
        { tool: null, action: 'document.get', calls: 12, ...none, failures: 12 },
        { tool: null, action: 'document.delete', calls: 12, ...none, denials: 12 },
      ])
        expect(body.perTool).toContainEqual(entry);
      const other = (await usage(limited.id, '', service.adminKey)).body;
      expect(other).toMatchObject({ failures: 0, denials: 19, limitsHit: 19 });
    });
  });

  it('has exactly the members that are documented, and a day for each of 30', async () => {
    const { body } = await usage(manager.id);
    const counts = ['calls', 'failures', 'denials', 'limitsHit'];
    expect(Object.keys(body).sort()).toEqual(
      ['keyId', 'from', 'to', ...counts, 'lastUsedAt', 'perDay', 'perTool', 'nextCursor'].sort(),
    );
    expect(body).toMatchObject({ keyId: manager.id, nextCursor: null });
    expect(body.perDay).toHaveLength(30);
    expect(Object.keys(body.perDay[0])).toEqual(['day', ...counts]);
    expect([body.perDay[0].day, body.perDay[29].day]).toEqual([body.from, body.to]);
    await service.auditRows();
    const again = (await usage(manager.id)).body;
    expect(Object.keys(again.perTool[0])).toEqual(['tool', 'action', ...counts]);
  });

  it('shows the last use as the key does', async () => {
    const { id } = await service.createKey(owner, ['read']);
    expect((await usage(id)).body.lastUsedAt).toBeNull();
    await service.query(`UPDATE api_keys SET last_used_at = '2026-02-03T04:05:06.789Z' WHERE id = $1`, [id]);
    expect((await usage(id)).body.lastUsedAt).toBe('2026-02-03T04:05:06.789Z');
  });

  it('of a key that was never used is all zero', async () => {
    const { id } = await service.createKey(owner, ['read']);
    const { body } = await usage(id, '?days=1');
    const zero = { calls: 0, failures: 0, denials: 0, limitsHit: 0 };
    expect(body).toMatchObject({ ...zero, perDay: [{ day: body.to, ...zero }], perTool: [] });
    expect(body.from).toBe(body.to);
  });

  describe('is shown', () => {
    it("to the key's owner and to admins; to others the key does not exist", async () => {
      const stranger = await service.createKey(await service.createUser(), ['keys:read']);
      const auditor = await service.createKey(await service.createUser({ role: 'auditor' }), ['keys:read']);
      for (const key of [stranger, auditor]) {
        const foreign = await usage(manager.id, '', key.apiKey);
        const missing = await usage(NO_ROW, '', key.apiKey);
        expect([foreign.status, missing.status]).toEqual([404, 404]);
        const { requestId: _one, ...problem } = foreign.body;
        const { requestId: _other, ...same } = missing.body;
        expect(problem).toEqual(same);
      }
      expect((await usage(stranger.id, '', service.adminKey)).status).toBe(200);
      expect((await usage('x', '', service.adminKey)).status).toBe(404);
    });

    it('with the scope keys:read only', async () => {
      const reader = await service.createKey(owner, ['read', 'write', 'delete']);
      const refused = await usage(reader.id, '', reader.apiKey);
      expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
    });

    it('for a revoked key as well, with the calls that were refused since then', async () => {
      const { id, apiKey } = await service.createKey(owner, ['read']);
      await service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey });
      expect((await service.call(apiKey, 'whoami')).status).toBe(401);
      await service.auditRows();
      expect((await usage(id)).body).toMatchObject({ calls: 1, failures: 0, denials: 1, limitsHit: 0 });
    });
  });

  it.each(['0', '367', '-1', '1.5', 'x', '', '1&days=2', 'NaN', 'Infinity', '1&day=2'])(
    'for ?days=%s is refused with 400',
    async (days) => {
      const { status, body } = await usage(manager.id, `?days=${days}`);
      expect([status, body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('covers the requested number of days in UTC, including today, whatever the time zone of the database', async () => {
    const keyId = uuid();
    await service.query(`ALTER DATABASE ${service.database.name} SET timezone = 'Asia/Tokyo'`);
    const abroad = await new DataSource({ type: 'postgres', url: service.database.url }).initialize();
    try {
      const times = [
        '2025-11-21T23:59:59.999Z',
        '2025-11-22T00:00:00.000Z',
        '2026-11-20T23:59:59.999Z',
        '2026-11-21T00:00:00.000Z',
        '2026-11-21T23:59:59.999Z',
        '2026-11-22T00:00:00.000Z',
        '2026-11-22T23:59:59.999Z',
      ];
      await insertAuditEvents(
        abroad,
        times.map((time) => event({ keyId, occurredAt: new Date(time) })),
      );
    } finally {
      await abroad.destroy();
      await service.query(`ALTER DATABASE ${service.database.name} RESET timezone`);
    }
    const reader = service.service.app.get(KeyUsageService, { strict: false });
    const of = async (days: number, now = '2026-11-22T00:00:00.000Z') => {
      const { from, to, calls, perDay } = await reader.of(keyId, days, new Date(now));
      return { from, to, calls, days: perDay.length, first: perDay[0]!.calls };
    };
    expect(await of(1)).toEqual({ from: '2026-11-22', to: '2026-11-22', calls: 2, days: 1, first: 2 });
    expect(await of(1, '2026-11-22T23:59:59.999Z')).toMatchObject({ from: '2026-11-22', calls: 2 });
    expect(await of(2)).toEqual({ from: '2026-11-21', to: '2026-11-22', calls: 4, days: 2, first: 2 });
    expect(await of(3)).toMatchObject({ from: '2026-11-20', calls: 5, first: 1 });
    expect(await of(366)).toMatchObject({ from: '2025-11-22', calls: 6, days: 366, first: 1 });
    expect(await of(1, '2026-11-21T23:59:59.999Z')).toMatchObject({ to: '2026-11-21', calls: 2 });
  });

  describe('is counted', () => {
    it('once for a batch that is written again, even in part or concurrently', async () => {
      const keyId = uuid();
      const batch = Array.from({ length: 50 }, (_, row) => event({ keyId, tool: `tool_${row % 3}` }));
      await insertAuditEvents(dataSource, batch.slice(0, 20));
      await Promise.all([
        insertAuditEvents(dataSource, batch),
        insertAuditEvents(dataSource, batch),
        insertAuditEvents(dataSource, batch.slice(10, 40)),
      ]);
      const kept = await written(keyId);
      expect(kept.map(({ calls }) => calls)).toEqual([17, 17, 16]);
      await expectSameAsRows();
    });

    it('by writers that update the counters in one order, so that they cannot deadlock', async () => {
      // With this many counters PostgreSQL would visit them in another order in a small batch than in a large one.
      const keys = Array.from({ length: 500 }, () => uuid());
      const batchOf = (size: number) => keys.slice(0, size).map((keyId) => event({ keyId }));
      const writing = Array.from({ length: 40 }, (_, batch) =>
        insertAuditEvents(dataSource, batchOf(batch % 2 ? 150 : 500)),
      );
      await Promise.all(writing);
      await expectSameAsRows();
    });

    it('only if PostgreSQL accepts the batch', async () => {
      const keyId = uuid();
      const batch = [event({ keyId }), event({ keyId, ip: 'nowhere' })];
      await expect(insertAuditEvents(dataSource, batch)).rejects.toThrow('inet');
      expect(await written(keyId)).toEqual([]);
    });

    it('only for calls with a key', async () => {
      const id = uuid();
      await insertAuditEvents(dataSource, [event({ id, outcome: 'denied', reason: 'missing_api_key' })]);
      expect(await service.auditRows('id = $1', [id])).toHaveLength(1);
      await expectSameAsRows();
    });

    it('without the name of unknown tools, so that clients cannot make it grow', async () => {
      const { id, apiKey } = await service.createKey(await service.createUser({ requestsPerMinute: 10 }), [
        'read',
      ]);
      for (let call = 0; call < 20; call++) await service.call(apiKey, `invented_${call}`);
      expect(await written(id)).toMatchObject([
        { action: 'tools/call', tool: null, calls: 20, failures: 10, denials: 10, limitsHit: 10 },
      ]);
      const names = (await service.auditRows('key_id = $1', [id])).map(
        ({ tool, resource }) => tool ?? resource,
      );
      const invented = (from: number, prefix = '') =>
        Array.from({ length: 10 }, (_, call) => `${prefix}invented_${from + call}`);
      expect(names).toEqual([...invented(0), ...invented(10, 'tool:')]);
    });
  });

  it('is read by the primary key alone, whatever the number of rows', async () => {
    await service.query(
      `INSERT INTO key_usage (key_id, day, action, tool, calls)
       SELECT md5((n / 400)::text)::uuid, date '2026-11-22' - n % 400, 'tools/call', 'spec', 1
       FROM generate_series(0, 99999) n`,
    );
    await service.query('ANALYZE key_usage');
    const asked = jest.spyOn(dataSource, 'query');
    expect((await usage(manager.id, '?days=366')).status).toBe(200);
    const [sql, values] = asked.mock.calls.find(([text]) => text.includes('key_usage'))!;
    asked.mockRestore();
    const [plan] = await service.query(`EXPLAIN (FORMAT JSON) ${sql}`, values as unknown[]);
    const text = JSON.stringify(plan);
    expect(text).toContain('"Index Name":"key_usage_pkey"');
    expect(text).toMatch(/"Index Cond":"[^"]*key_id = [^"]*day >= /);
    expect(text).not.toContain('Seq Scan');
  });
});

describe('The migration that adds the usage of keys', () => {
  it('counts the existing rows', async () => {
    const database = await createDatabase('template0');
    try {
      const all = await loadMigrations();
      const earlier = all.slice(
        0,
        all.findIndex(({ name }) => name === MIGRATION),
      );
      expect(earlier.length).toBeGreaterThan(0);
      const old = await new DataSource({
        type: 'postgres',
        url: database.ownerUrl,
        migrations: earlier,
      }).initialize();
      await old.runMigrations({ transaction: 'each' });
      await old.query(
        `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, key_id, action, tool, outcome, reason)
         SELECT md5('event' || n)::uuid,
                timestamptz '2026-11-22T00:00:00Z' - n * interval '97 seconds',
                '${NO_ROW}', n,
                CASE WHEN n % 11 > 0 THEN md5('key' || n % 4)::uuid END,
                CASE WHEN n % 3 > 0 THEN 'tools/call' ELSE 'document.list' END,
                CASE WHEN n % 3 > 0 THEN 'tool_' || n % 5 END,
                (ARRAY['success', 'failure', 'denied', 'denied', 'failure'])[n % 5 + 1],
                (ARRAY[NULL, 'not_found', 'insufficient_scope', 'rate_limited', 'unknown_tool'])[n % 5 + 1]
         FROM generate_series(1, 5000) n`,
      );
      await old.destroy();
      expect(await runMigrations(database)).toContain(MIGRATION);
      const counted = await query(database.ownerUrl, COUNTED);
      expect(counted.length).toBeGreaterThan(100);
      expect(await query(database.ownerUrl, KEPT)).toEqual(counted);
    } finally {
      await database.drop();
    }
  });
});
