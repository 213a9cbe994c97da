import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { insertAuditEvents } from '../src/audit/writer/audit-insert.js';
import { readSettings } from '../src/config/settings.js';
import { startService } from '../src/server/http-service.js';
import { query } from './support/database.js';
import { EMPTY_RECORD } from './support/empty-record.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually, until } from './support/until.js';
import type { QueuedEvent } from '../src/audit/events/audit-row.js';

interface Sent {
  event: string;
  id?: string;
  data: any;
}

/** Is a client of a stream that stores everything it receives. */
class Follower {
  text = '';
  ended = false;

  private constructor(readonly answer: IncomingMessage) {
    answer.setEncoding('utf8').on('data', (part: string) => (this.text += part));
    answer.on('end', () => (this.ended = true)).on('error', () => (this.ended = true));
  }

  static async open(url: string, key: string, filters = '', headers: Record<string, string> = {}) {
    const request = get(`${url}/api/audit/stream${filters}`, { headers: { 'x-api-key': key, ...headers } });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return new Follower(answer);
  }

  get events(): Sent[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .map((block) => new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string])))
      .filter((fields) => fields.has('event'))
      .map((fields) => ({
        event: fields.get('event')!,
        ...(fields.has('id') && { id: fields.get('id')! }),
        data: JSON.parse(fields.get('data')!) as unknown,
      }));
  }

  ids(): string[] {
    return this.events.filter(({ event }) => event === 'audit').map(({ id }) => id!);
  }

  async until(done: (events: Sent[]) => boolean): Promise<Sent[]> {
    const deadline = Date.now() + 20_000;
    while (!done(this.events)) {
      if (Date.now() > deadline) throw new Error(`Waited in vain, after ${this.events.length} events`);
      await new Promise((wake) => setTimeout(wake, 5));
    }
    return this.events;
  }

  close(): void {
    this.answer.destroy();
  }
}

describe('The audit stream', () => {
  let service: TestService;
  let database: DataSource;
  let alice: TestUser;
  let bob: TestUser;
  let aliceKey: { id: string; apiKey: string };
  let bobKey: { id: string; apiKey: string };
  let followers: Follower[] = [];
  let sequence = 0;

  beforeAll(async () => {
    service = await TestService.start({ env: { AUDIT_STREAM_HEARTBEAT_SECONDS: '1' } });
    database = await new DataSource({ type: 'postgres', url: service.database.url }).initialize();
    alice = await service.createUser();
    bob = await service.createUser();
    aliceKey = await service.createKey(alice, ['read', 'audit:read']);
    bobKey = await service.createKey(bob, ['read']);
  });
  afterEach(async () => {
    for (const follower of followers) follower.close();
    followers = [];
    await until(async () => (await listening()) === 0, 20_000);
  });
  afterAll(async () => {
    await database.destroy();
    await service.stop();
  });

  const follow = async (
    key: string,
    filters = '',
    headers: Record<string, string> = {},
    url = service.url,
  ) => {
    const follower = await Follower.open(url, key, filters, headers);
    followers.push(follower);
    return follower;
  };
  const reader = async (role = 'auditor') => {
    const user = await service.createUser({ role });
    return { user, ...(await service.createKey(user, ['audit:read'])) };
  };
  const event = (fields: Partial<QueuedEvent> = {}): QueuedEvent => ({
    ...EMPTY_RECORD,
    id: uuid(),
    occurredAt: new Date(),
    nodeId: '01900000-0000-7000-8000-000000000000',
    nodeSeq: ++sequence,
    userId: bob.id,
    userName: 'Bob',
    keyId: bobKey.id,
    keyStart: 'mcp_bob1',
    action: 'tools/call',
    tool: 'spec',
    ...fields,
  });
  const add = (...events: QueuedEvent[]) => insertAuditEvents(database, events);
  const onServer = (sql: string) => query<{ count: number }>(service.database.url, sql);
  const listening = async () =>
    (
      await onServer(
        `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query IN ('LISTEN audit_added', 'SELECT 1') AND application_name = ''`,
      )
    )[0]!.count;

  it('shows the row of a call at once, as the list does', async () => {
    const { apiKey } = await reader();
    const follower = await follow(apiKey, `?userId=${alice.id}`);
    expect(follower.answer.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    await service.call(aliceKey.apiKey, 'whoami');
    const [sent] = await follower.until((events) => events.length > 0);
    const { body } = await service.request('GET', `/api/audit?userId=${alice.id}&limit=1`, { key: apiKey });
    expect(sent).toEqual({ event: 'audit', id: body.events[0].id, data: body.events[0] });
  });

  it('shows the rows of other replicas, and rows that are written late with an older id', async () => {
    const follower = await follow((await reader()).apiKey, '?tool=spec');
    const now = event();
    const late = event({ id: '01800000-0000-7000-8000-000000000001', occurredAt: new Date('2022-03-28') });
    await add(now, late);
    await add(now, late);
    await add(event({ tool: 'other' }), event());
    expect((await follower.until((events) => events.length > 2)).map(({ id }) => id).slice(0, 2)).toEqual([
      now.id,
      late.id,
    ]);
    expect(follower.ids()).toHaveLength(3);
  });

  it('shows no row before it is committed, and none that never is', async () => {
    const follower = await follow((await reader()).apiKey, '?tool=spec');
    const [kept, lost] = [event(), event()];
    await database.transaction(async (manager) => {
      await insertAuditEvents(manager, [kept]);
      await new Promise((wake) => setTimeout(wake, 200));
      expect(follower.ids()).toEqual([]);
    });
    await database
      .transaction(async (manager) => {
        await insertAuditEvents(manager, [lost]);
        throw new Error('back');
      })
      .catch(() => undefined);
    const end = event();
    await add(end);
    await follower.until((events) => events.some(({ id }) => id === end.id));
    expect(follower.ids()).toEqual([kept.id, end.id]);
  });

  it.each([
    [`keyId`, () => ({ keyId: aliceKey.id })],
    ['tool', () => ({ tool: 'wanted' })],
    ['action', () => ({ action: 'wanted' })],
    ['outcome', () => ({ outcome: 'denied' as const })],
    ['resource', () => ({ resource: 'wanted:1' })],
    ['userId', () => ({ userId: alice.id })],
  ])('filtered by %s shows the matching rows and no others', async (_, fields) => {
    const follower = await follow(
      (await reader()).apiKey,
      `?${new URLSearchParams(fields() as never).toString()}`,
    );
    const wanted = event(fields());
    await add(event(), wanted, event());
    const more = event(fields());
    await add(more);
    await follower.until((events) => events.length > 1);
    expect(follower.ids()).toEqual([wanted.id, more.id]);
  });

  it('shows members their own rows only, whatever filter they send', async () => {
    const own = await follow(aliceKey.apiKey, '?tool=spec');
    const others = await follow(aliceKey.apiKey, `?userId=${bob.id}`);
    const mine = event({ userId: alice.id });
    await add(event(), mine);
    await own.until((events) => events.length > 0);
    expect(own.ids()).toEqual([mine.id]);
    expect(others.ids()).toEqual([]);
  });

  it.each(['from=2026-01-01', 'to=2026-01-01', 'limit=1', 'cursor=x', 'outcome=maybe', 'userId=x'])(
    'with ?%s is refused with 400',
    async (filter) => {
      const answer = await service.request('GET', `/api/audit/stream?${filter}`, { key: service.adminKey });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    },
  );

  it('requires the scope by name, and leaves a row that says what was requested', async () => {
    const refused = await service.request('GET', '/api/audit/stream', { key: bobKey.apiKey });
    expect(refused.body.code).toBe('insufficient_scope');
    const { apiKey } = await reader();
    const { answer } = await follow(apiKey, '?outcome=denied');
    const rows = await service.auditRows('request_id = $1', [answer.headers['x-request-id']]);
    expect(rows).toMatchObject([
      { action: 'audit.stream', outcome: 'success', metadata: { filters: { outcome: 'denied' } } },
    ]);
  });

  describe('resumed with Last-Event-ID', () => {
    const resume = (key: string, id: string) => follow(key, '?tool=spec', { 'last-event-id': id });

    it('begins with the rows recorded since, including those with an older id, and continues live', async () => {
      const { apiKey } = await reader();
      const last = event();
      const missed = [event(), event({ id: '01800000-0000-7000-8000-000000000002' }), event()];
      await add(last);
      await add(...missed);
      const follower = await resume(apiKey, last.id);
      const live = event();
      await add(live);
      await follower.until((events) => events.some(({ id }) => id === live.id));
      const ids = follower.ids();
      for (const { id } of missed) expect(ids).toContain(id);
      expect(ids).not.toContain(last.id);
      expect(ids.at(-1)).toBe(live.id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('shows 1000 rows and says that there were more', async () => {
      const { apiKey } = await reader();
      const last = event();
      await add(last);
      for (let batch = 0; batch < 3; batch++) await add(...Array.from({ length: 500 }, () => event()));
      const follower = await resume(apiKey, last.id);
      const events = await follower.until((all) => all.some(({ event }) => event === 'gap'));
      expect(events).toHaveLength(1001);
      expect(events.at(-1)).toMatchObject({
        event: 'gap',
        data: { reason: 'too_many', lastEventId: events.at(-2)!.id },
      });
    });

    it('is refused with 400 for an invalid id', async () => {
      const headers = { 'last-event-id': 'x' };
      const answer = await service.request('GET', '/api/audit/stream', { key: service.adminKey, headers });
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    });
  });

  describe('of a caller', () => {
    it('whose key is revoked ends', async () => {
      const { apiKey, id } = await reader();
      const follower = await follow(apiKey);
      await service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey });
      const events = await follower.until(() => follower.ended);
      expect(events.at(-1)).toEqual({ event: 'end', data: { code: 'access_lost' } });
    });

    it("who is demoted shows only the caller's own rows once the change has returned", async () => {
      const { apiKey, user } = await reader();
      const follower = await follow(apiKey, '?tool=spec');
      await service.request('PATCH', `/api/users/${user.id}`, {
        key: service.adminKey,
        body: { role: 'member' },
      });
      const own = event({ userId: user.id });
      await add(event(), own);
      await follower.until((events) => events.length > 0);
      expect(follower.ids()).toEqual([own.id]);
    });

    it('may be open five times at once, and a closed one makes room for another', async () => {
      const { apiKey } = await reader();
      const five = [];
      for (let count = 0; count < 5; count++) five.push(await follow(apiKey));
      const sixth = await service.request('GET', '/api/audit/stream', { key: apiKey });
      expect([sixth.status, sixth.body.code, sixth.headers.get('retry-after')]).toEqual([
        429,
        'too_many_streams',
        '10',
      ]);
      five[0]!.close();
      await eventually(
        async () => (await follow(apiKey)).answer.statusCode,
        (status) => status === 200,
      );
    });

    it('who does not read says so, and ends', async () => {
      const { apiKey } = await reader();
      const slow = await follow(apiKey, '?tool=spec');
      slow.answer.pause();
      const metadata = { text: 'x'.repeat(60_000) };
      for (let batch = 0; batch < 20; batch++)
        await add(...Array.from({ length: 20 }, () => event({ metadata })));
      slow.answer.resume();
      const events = await slow.until(() => slow.ended);
      expect(events.at(-1)!.event).toBe('overflow');
      expect(events.length).toBeLessThan(400);
    });
  });

  it('sends a heartbeat every AUDIT_STREAM_HEARTBEAT_SECONDS, which are 15 by default', async () => {
    const follower = await follow((await reader()).apiKey, '?tool=nothing');
    await until(() => follower.text.includes(': alive\n\n'));
    expect(follower.text).toContain(': alive\n\n');
    expect(follower.events).toEqual([]);
    expect(readSettings({}).audit.streamHeartbeatMs).toBe(15_000);
  });

  it('reports a gap when its database connection was lost, and continues', async () => {
    const follower = await follow((await reader()).apiKey, '?tool=spec');
    await onServer(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN audit_added'`,
    );
    await follower.until((events) => events.some(({ event }) => event === 'gap'));
    const after = event();
    await add(after);
    const events = await follower.until((all) => all.some(({ event }) => event === 'audit'));
    expect(events.map(({ event }) => event)).toEqual(['gap', 'audit']);
    expect(events.at(-1)!.id).toBe(after.id);
  });

  it('takes one database connection per process while anybody follows it', async () => {
    const { apiKey } = await reader();
    expect(await listening()).toBe(0);
    await Promise.all([follow(apiKey), follow(apiKey), follow(apiKey)]);
    expect(await listening()).toBe(1);
  });

  it('ends at once when the service stops', async () => {
    const second = await startService(
      readSettings({
        NODE_ENV: 'test',
        PORT: '0',
        DATABASE_URL: service.database.url,
        MIGRATE_ON_START: 'false',
      }),
    );
    const follower = await follow((await reader()).apiKey, '', {}, second.url);
    const start = Date.now();
    await second.stop();
    expect(Date.now() - start).toBeLessThan(2_000);
    expect(follower.events.at(-1)).toEqual({ event: 'end', data: { code: 'service_unavailable' } });
  });
});
