import { parse } from 'csv-parse/sync';
import { v7 as uuid } from 'uuid';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { EventStream } from './support/event-stream.js';
import { join, keyIn, makeOrganization, personOf } from './support/second-organization.js';
import { type AuditRow, TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const SCOPES = ['audit:read', 'documents:read', 'documents:write'];
const NODE = '01900000-0000-7000-8000-000000000000';

interface Event {
  id: string;
  userId: string | null;
  organizationId: string | null;
}

/** Somebody who reads the audit, and the rows that they may see. */
interface Reader {
  user: TestUser;
  key: { id: string; apiKey: string };
  organizationId: string;
  sees: (row: AuditRow) => boolean;
}

const organizationOf = (row: AuditRow) => row.organization_id ?? DEFAULT_ORGANIZATION;

describe('The audit of several organisations', () => {
  let service: TestService;
  let acme: string;
  let readers: Record<string, Reader>;
  let snapshot: string;
  let expected: AuditRow[];

  beforeAll(async () => {
    service = await TestService.start();
    acme = await makeOrganization(service, 'Acme');
    const readerIn = async (organizationId: string, user: TestUser, role: string): Promise<Reader> => ({
      user,
      organizationId,
      key: await keyIn(service, organizationId, user, SCOPES),
      sees: (row) => organizationOf(row) === organizationId && (role !== 'member' || row.user_id === user.id),
    });
    const inAcme = async (role: string) => readerIn(acme, await personOf(service, acme, role), role);
    const inDefault = async (role: string) =>
      readerIn(DEFAULT_ORGANIZATION, await service.createUser({ role }), role);
    const operator = await inDefault('admin');
    await join(service, acme, operator.user, 'admin');
    const former = await inDefault('admin');
    await service.query('UPDATE users SET is_operator = false WHERE id = $1', [former.user.id]);
    const inBoth = await inDefault('member');
    const both = inBoth.user;
    await join(service, acme, both);
    readers = {
      'an operator in the default one': { ...operator, sees: () => true },
      'an operator in another one': await readerIn(acme, operator.user, 'admin'),
      'an administrator of the default one who is no operator': former,
      'an auditor of the default one': await inDefault('auditor'),
      'a member of the default one': await inDefault('member'),
      'an owner of another one': await inAcme('owner'),
      'an auditor of another one': await inAcme('auditor'),
      'a member of another one': await inAcme('member'),
      'a member of both in the default one': inBoth,
      'a member of both in the other one': await readerIn(acme, both, 'member'),
    };
    for (const { key } of Object.values(readers)) {
      await write(key.apiKey);
      await service.call(key.apiKey, 'whoami');
      await service.call(key.apiKey, 'documents_delete', { id: NODE });
    }
    // A refused key of each organisation, a key that nobody knows, and a row from before organisations.
    for (const organizationId of [DEFAULT_ORGANIZATION, acme]) {
      const ended = await keyIn(service, organizationId, both, SCOPES);
      await service.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [ended.id]);
      await service.call(ended.apiKey, 'whoami');
    }
    await service.call(undefined, 'whoami');
    await service.query(
      `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, user_id, key_id, action, outcome)
       VALUES ($1, now(), '${NODE}', 1, $2, $3, 'spec', 'success')`,
      [uuid(), both.id, readers['a member of both in the other one']!.key.id],
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    snapshot = `to=${new Date().toISOString()}`;
    expected = (await service.auditRows('occurred_at < $1', [snapshot.slice(3)])).sort((one, other) =>
      one.id < other.id ? 1 : -1,
    );
  });
  afterAll(() => service.stop());

  const write = (key: string) =>
    service.request('POST', '/api/documents', { key, body: { title: 'Plan', content: 'We plan.' } });
  const list = async ({ key }: Reader, query = '') =>
    (await service.pages<Event>(key.apiKey, `/api/audit?limit=20&${snapshot}${query}`, 'events')).flat();
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  const named = (name: string) => readers[name]!;
  const rowsFor = ({ sees }: Reader) => expected.filter(sees);
  const NAMES = [
    'an operator in the default one',
    'an operator in another one',
    'an administrator of the default one who is no operator',
    'an auditor of the default one',
    'a member of the default one',
    'an owner of another one',
    'an auditor of another one',
    'a member of another one',
    'a member of both in the default one',
    'a member of both in the other one',
  ];

  it('names the organisation in which the caller acted, also of a refused key', () => {
    for (const { user, key, organizationId } of Object.values(readers)) {
      const own = expected.filter((row) => row.key_id === key.id && row.action !== 'spec');
      expect(own).toHaveLength(3);
      for (const row of own) expect([row.user_id, row.organization_id]).toEqual([user.id, organizationId]);
    }
    const refused = expected.filter(({ reason }) => reason === 'revoked_api_key');
    expect(new Set(refused.map((row) => row.organization_id))).toEqual(new Set([DEFAULT_ORGANIZATION, acme]));
    const unknown = expected.filter(({ reason }) => reason === 'missing_api_key');
    expect(unknown.map((row) => row.organization_id)).toEqual([null]);
  });

  describe.each(NAMES)('for %s', (name) => {
    it('lists exactly the rows in sight, newest first', async () => {
      expect(rowsFor(named(name)).length).toBeGreaterThan(2);
      expect(idsOf(await list(named(name)))).toEqual(idsOf(rowsFor(named(name))));
    });

    it('exports the same rows, in both formats', async () => {
      const { apiKey: key } = named(name).key;
      const file = (format: string) =>
        service.request('GET', `/api/audit/export?${snapshot}&format=${format}`, { key });
      const lines = (await file('ndjson')).text.split('\n').filter(Boolean);
      const table = parse<Event>((await file('csv')).text, { columns: true });
      const ids = idsOf(rowsFor(named(name)));
      expect(idsOf(lines.map((line) => JSON.parse(line) as Event))).toEqual(ids);
      expect(idsOf(table)).toEqual(ids);
      expect(table.map(({ organizationId }) => organizationId)).toEqual(
        rowsFor(named(name)).map((row) => row.organization_id ?? ''),
      );
    });

    it('shows nothing out of sight by the id of anybody, or of a row as the cursor', async () => {
      for (const other of Object.values(readers)) {
        for (const [column, query] of [
          ['user_id', `&userId=${other.user.id}`],
          ['key_id', `&keyId=${other.key.id.toUpperCase()}`],
        ] as const) {
          const value = column === 'user_id' ? other.user.id : other.key.id;
          const rows = rowsFor(named(name)).filter((row) => row[column] === value);
          expect(idsOf(await list(named(name), query))).toEqual(idsOf(rows));
        }
        const [first] = rowsFor(other);
        const later = rowsFor(named(name)).filter(({ id }) => id < first!.id);
        const cursor = Buffer.from(first!.id).toString('base64url');
        const page = await service.request<{ events: Event[] }>(
          'GET',
          `/api/audit?limit=1000&${snapshot}&cursor=${cursor}`,
          { key: named(name).key.apiKey },
        );
        expect([page.status, idsOf(page.body.events)]).toEqual([200, idsOf(later)]);
      }
    });

    it('shows another organisation by its id to operators alone', async () => {
      for (const organizationId of [acme, DEFAULT_ORGANIZATION, NODE]) {
        const isOperator = name.startsWith('an operator');
        const rows = expected.filter(
          (row) => organizationOf(row) === organizationId && (isOperator || named(name).sees(row)),
        );
        const found = await list(named(name), `&organizationId=${organizationId.toUpperCase()}`);
        expect([organizationId, idsOf(found)]).toEqual([organizationId, idsOf(rows)]);
      }
    });
  });

  it('shows the usage of a key within its organisation', async () => {
    const [boss, admin] = ['an owner of another one', 'an operator in the default one'].map(named);
    const readerOf = async (organizationId: string, { user }: Reader) =>
      (await keyIn(service, organizationId, user, ['keys:read'])).apiKey;
    const usage = async (key: string, { key: { id } }: Reader) =>
      (await service.request('GET', `/api/mcp/keys/${id}/usage`, { key })).status;
    const [bossKey, adminKey] = [await readerOf(acme, boss!), await readerOf(DEFAULT_ORGANIZATION, admin!)];
    const [member, stranger] = ['a member of the default one', 'a member of another one'].map(named);
    expect([await usage(bossKey, stranger!), await usage(bossKey, member!)]).toEqual([200, 404]);
    expect([await usage(adminKey, stranger!), await usage(adminKey, member!)]).toEqual([404, 200]);
  });

  describe('as a stream', () => {
    const streams: EventStream[] = [];
    const follow = async (key: string, query = '', headers: Record<string, string> = {}) => {
      const stream = await EventStream.open(`${service.url}/api/audit/stream${query}`, {
        headers: { 'x-api-key': key, ...headers },
      });
      streams.push(stream);
      expect(stream.status).toBe(200);
      return stream;
    };
    const keysIn = (stream: EventStream) =>
      new Set((stream.messages as { keyId: string | null }[]).map(({ keyId }) => keyId));
    const call = (name: string) => service.call(named(name).key.apiKey, 'whoami');
    const hasShown = (stream: EventStream, name: string) =>
      eventually(
        () => Promise.resolve([...keysIn(stream)]),
        (keys) => keys.includes(named(name).key.id),
      );
    afterEach(() => {
      for (const stream of streams.splice(0)) stream.break();
    });

    it('shows each auditor the rows of their own organisation', async () => {
      const [here, there] = await Promise.all([
        follow(named('an auditor of the default one').key.apiKey),
        follow(named('an auditor of another one').key.apiKey),
      ]);
      await call('a member of another one');
      await call('a member of the default one');
      await hasShown(here, 'a member of the default one');
      await call('an owner of another one');
      await hasShown(there, 'an owner of another one');
      expect(new Set(there.messages.map(({ organizationId }) => organizationId as string))).toEqual(
        new Set([acme]),
      );
      expect(here.messages.filter(({ organizationId }) => organizationId === acme)).toEqual([]);
    });

    it('is not resumed at the row of another organisation', async () => {
      const [foreign] = rowsFor(named('an auditor of another one'));
      const stream = await follow(named('an auditor of the default one').key.apiKey, '', {
        'last-event-id': foreign!.id,
      });
      await call('a member of the default one');
      await hasShown(stream, 'a member of the default one');
      expect(stream.messages.filter(({ organizationId }) => organizationId === acme)).toEqual([]);
    });

    it('shows an operator all organisations, or one, until they are no operator any more', async () => {
      const user = await service.createUser({ role: 'admin' });
      const { apiKey } = await service.createKey(user, ['audit:read']);
      const [all, one] = await Promise.all([follow(apiKey), follow(apiKey, `?organizationId=${acme}`)]);
      await call('a member of another one');
      await call('a member of the default one');
      await hasShown(all, 'a member of the default one');
      await hasShown(all, 'a member of another one');
      await hasShown(one, 'a member of another one');
      expect(keysIn(one)).not.toContain(named('a member of the default one').key.id);

      await service.request('PATCH', `/api/users/${user.id}`, {
        key: service.adminKey,
        body: { role: 'auditor' },
      });
      await call('an owner of another one');
      await call('an auditor of the default one');
      await hasShown(all, 'an auditor of the default one');
      for (const stream of [all, one])
        expect(keysIn(stream)).not.toContain(named('an owner of another one').key.id);
    });
  });
});
