import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import { AuditService } from '../src/audit/query/audit.service.js';
import { bringBack, takeAway } from './support/database.js';
import { TestService, type TestUser } from './support/test-service.js';

const MANY = 30_500;
const BATCH = 1_000;
const NODE = '01900000-0000-7000-8000-000000000000';

type Row = Record<string, unknown> & { id: string; userId: string };

describe('The audit export', () => {
  let service: TestService;
  let alice: TestUser;
  let bob: TestUser;
  let busy: TestUser;
  let aliceKey: string;
  let auditorKey: { id: string; apiKey: string };

  beforeAll(async () => {
    service = await TestService.start();
    alice = await service.createUser();
    bob = await service.createUser();
    busy = await service.createUser();
    aliceKey = (await service.createKey(alice, ['read', 'write', 'audit:read'])).apiKey;
    auditorKey = await service.createKey(await service.createUser({ role: 'auditor' }), ['audit:read']);
    const bobKey = (await service.createKey(bob, ['read'])).apiKey;
    for (const [key, agent] of [
      [aliceKey, '=HYPERLINK("http://example.org")'],
      [aliceKey, '@SUM(1)'],
      [bobKey, 'plain, "quoted"; agent'],
    ] as const) {
      await service.call(key, 'documents_search', { query: 'a' }, { 'user-agent': agent });
    }
    await service.query(
      `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, user_id, action, outcome, metadata)
       SELECT ('01800000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, now(), '${NODE}', n, $1, 'spec', 'success',
              jsonb_build_object('text', repeat('x', 1500))
       FROM generate_series(1, ${MANY}) n`,
      [busy.id],
    );
    await service.auditRows();
  });
  afterAll(() => service.stop());

  const file = (query: string, key = auditorKey.apiKey) =>
    service.request('GET', `/api/audit/export${query}`, { key });
  const rowsOf = (ndjson: string): Row[] =>
    ndjson
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);
  const listed = async (query: string, key = auditorKey.apiKey) =>
    (await service.pages<Row>(key, `/api/audit${query}`, 'events')).flat();
  const open = async (query: string): Promise<IncomingMessage> => {
    const headers = { 'x-api-key': auditorKey.apiKey };
    const [answer] = (await once(
      get(`${service.url}/api/audit/export${query}`, { headers }),
      'response',
    )) as [IncomingMessage];
    return answer;
  };
  const cell = (value: unknown): string => {
    if (Array.isArray(value)) return value.join('; ');
    return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);
  };
  const busyRows = () => `?userId=${busy.id}`;
  const settled = async (count: () => number) => {
    for (let before = -1; before !== count(); await new Promise((wake) => setTimeout(wake, 300)))
      before = count();
    return count();
  };
  const queries = () => jest.spyOn(service.service.app.get(AuditService, { strict: false }), 'newest');
  afterEach(() => jest.restoreAllMocks());

  it('is a file of NDJSON by default, with the rows and the members of the list', async () => {
    const answer = await file(`?userId=${alice.id}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="audit-\d{4}-\d\d-\d\d\.ndjson"$/,
    );
    const rows = rowsOf(answer.text);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows).toEqual(await listed(`?userId=${alice.id}`));
  });

  it('is a CSV table on request, with the same names and values', async () => {
    const { headers, text } = await file(`?userId=${bob.id}&format=csv`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/\.csv"$/);
    const table = parse(text, { columns: true, record_delimiter: '\r\n' });
    const events = await listed(`?userId=${bob.id}`);
    expect(table).toEqual(
      events.map((event) =>
        Object.fromEntries(Object.entries(event).map(([name, value]) => [name, cell(value)])),
      ),
    );
  });

  it('has no cell that a spreadsheet would execute', async () => {
    const { text } = await file(`?userId=${alice.id}&tool=documents_search&format=csv`);
    const table = parse<Record<string, string>>(text, { columns: true });
    expect(table.map(({ userAgent }) => userAgent)).toEqual([
      `'@SUM(1)`,
      `'=HYPERLINK("http://example.org")`,
    ]);
  });

  it('without rows is an empty file, or has the column names alone', async () => {
    const nobody = `?userId=${NODE}`;
    expect((await file(nobody)).text).toBe('');
    expect((await file(`${nobody}&format=csv`)).text).toMatch(
      /^id,occurredAt,[^\n]+metadata,via,organizationId,keyName,clientId,actors\r\n$/,
    );
  });

  it.each(['format=xml', 'format=', 'limit=5', 'cursor=x', 'from=yesterday', 'outcome=maybe'])(
    'with ?%s is refused with 400',
    async (query) => {
      const answer = await file(`?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('accepts the filters of the list', async () => {
    const [row] = await listed(`?userId=${alice.id}&tool=documents_search`);
    for (const query of [
      `?userId=${alice.id}&tool=documents_search&outcome=success`,
      `?userId=${alice.id}&from=${row!.occurredAt as string}`,
      `?userId=${alice.id}&to=${row!.occurredAt as string}`,
    ]) {
      const rows = rowsOf((await file(query)).text);
      expect(rows).not.toEqual([]);
      expect(rows).toEqual(await listed(query));
    }
  });

  it('contains only the own rows of a member, whatever filter is sent', async () => {
    const own = rowsOf((await file('', aliceKey)).text);
    expect(new Set(own.map(({ userId }) => userId))).toEqual(new Set([alice.id]));
    expect((await file(`?userId=${bob.id}`, aliceKey)).text).toBe('');
  });

  it('requires the scope audit:read by name', async () => {
    const { apiKey } = await service.createKey(alice, ['read', 'write', 'delete']);
    expect((await file('', apiKey)).body.code).toBe('insufficient_scope');
  });

  it('leaves a row that says what was exported', async () => {
    const answer = await file(`?userId=${alice.id}&outcome=denied&format=csv`);
    const rows = await service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);
    expect(rows).toMatchObject([
      {
        key_id: auditorKey.id,
        action: 'audit.export',
        outcome: 'success',
        elevated: true,
        metadata: { format: 'csv', filters: { userId: alice.id, outcome: 'denied' } },
      },
    ]);
  });

  describe('of very many rows', () => {
    it('has each row once, newest first', async () => {
      const ids = rowsOf((await file(busyRows())).text).map(({ id }) => id);
      expect(ids).toHaveLength(MANY);
      expect(ids).toEqual([...new Set(ids)].sort().toReversed());
    });

    it('reads no further ahead than a slow client reads', async () => {
      const newest = queries();
      const answer = await open(busyRows());
      const ahead = await settled(() => newest.mock.calls.length);
      expect(ahead).toBeLessThan(MANY / BATCH / 2);
      expect(rowsOf(await text(answer))).toHaveLength(MANY);
      expect(newest.mock.calls.length).toBeGreaterThan(MANY / BATCH);
    });

    it('stops reading when the client goes away', async () => {
      const newest = queries();
      const answer = await open(busyRows());
      await once(answer, 'readable');
      answer.destroy();
      expect(await settled(() => newest.mock.calls.length)).toBeLessThan(MANY / BATCH / 2);
    });

    it('breaks the connection when PostgreSQL becomes unavailable, so that a part is not taken for the whole', async () => {
      const answer = await open(busyRows());
      await once(answer, 'readable');
      await takeAway(service.database.name);
      try {
        await expect(text(answer)).rejects.toThrow('aborted');
      } finally {
        await bringBack(service.database.name);
      }
    });

    it('breaks off when the key is revoked', async () => {
      const { id, apiKey } = await service.createKey(await service.createUser({ role: 'auditor' }), [
        'audit:read',
      ]);
      const [answer] = (await once(
        get(`${service.url}/api/audit/export${busyRows()}`, { headers: { 'x-api-key': apiKey } }),
        'response',
      )) as [IncomingMessage];
      await once(answer, 'readable');
      await service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey });
      await expect(text(answer)).rejects.toThrow('aborted');
    });

    it('is answered with an error when PostgreSQL is unavailable from the start', async () => {
      await takeAway(service.database.name);
      try {
        const answer = await file(busyRows());
        expect([answer.status, answer.body.code]).toEqual([503, 'database_unavailable']);
      } finally {
        await bringBack(service.database.name);
      }
    });
  });
});
