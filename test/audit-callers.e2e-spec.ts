import { parse } from 'csv-parse/sync';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { auditRecordOf, verify } from './support/audit-chain.js';
import { EventStream } from './support/event-stream.js';
import { type Answer, type AuditRow, TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const AGENTS = '/api/agents';
const KEYS = '/api/mcp/keys';
const NO_ROW = '01900000-0000-7000-8000-000000000000';
/** As long as the id of a client may be. */
const LONGEST = `https://client.example/${'abc'.repeat(700)}`.slice(0, 2_048);
/** Takes as many bytes as an id of this length can, and nothing of it repeats. */
const WIDEST = Array.from({ length: 2_048 }, (_, index) =>
  String.fromCharCode(0x4e00 + ((index * 7919) % 20_000)),
).join('');
const CLIENT = 'https://client.example/metadata.json';

interface Event {
  id: string;
  userId: string | null;
  keyName: string | null;
  clientId: string | null;
  actors: string[] | null;
}
interface Agent {
  id: string;
  key: { id: string; apiKey: string };
}

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
const isActor = (id: string) => (row: AuditRow) => row.user_id === id || row.actors?.includes(id) === true;

describe('The audit of those who act', () => {
  let service: TestService;
  let ada: TestUser;
  let eve: TestUser;
  let team: string;
  let keys: Record<'ada' | 'eve' | 'auditor', string>;
  let agents: Record<'parent' | 'child' | 'ofEve' | 'ofTeam', Agent>;

  const send = (method: string, path: string, body?: unknown, key = service.adminKey) =>
    service.request(method, path, { key, body });
  const make = async (key: string, input: object = {}): Promise<Agent> => {
    const body = { name: 'Robot', scopes: ['documents:read', 'documents:delete'], withKey: true, ...input };
    const made = await send('POST', AGENTS, body, key);
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return made.body as Agent;
  };
  const rowsOf = (answer: Answer) =>
    service.auditRows('request_id = $1', [answer.headers.get('x-request-id')]);
  const rowOf = async (answer: Answer) => {
    const rows = await rowsOf(answer);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  };
  const use = ({ key }: Agent) => service.call(key.apiKey, 'documents_list');

  beforeAll(async () => {
    service = await TestService.start();
    ada = await service.createUser({ name: 'Ada' });
    eve = await service.createUser({ name: 'Eve' });
    const auditor = await service.createUser({ role: 'auditor' });
    const scopes = ['read', 'write', 'delete', 'documents:*', 'keys:*', 'agents:*', 'audit:read'];
    keys = {
      ada: (await service.createKey(ada, scopes, { name: 'Laptop' })).apiKey,
      eve: (await service.createKey(eve, scopes)).apiKey,
      auditor: (await service.createKey(auditor, ['audit:read'])).apiKey,
    };
    team = (await send('POST', '/api/teams', { name: 'Engines' })).body.id as string;
    await send('PUT', `/api/teams/${team}/members/${ada.id}`, { role: 'maintainer' });
    const parent = await make(keys.ada, {
      scopes: ['documents:read', 'documents:delete', 'agents:create'],
    });
    agents = {
      parent,
      child: await make(parent.key.apiKey),
      ofEve: await make(keys.eve),
      ofTeam: await make(keys.ada, { ownerId: team }),
    };
  });
  afterAll(() => service.stop());

  it('names those who stand behind an agent, the outermost first and the agent last', async () => {
    const { parent, child, ofTeam } = agents;
    for (const [agent, actors] of [
      [parent, [ada.id, parent.id]],
      [child, [ada.id, parent.id, child.id]],
      [ofTeam, [team, ofTeam.id]],
    ] as const)
      expect(await rowOf(await use(agent))).toMatchObject({
        user_id: agent.id,
        actors,
        client_id: null,
        metadata: { count: 0 },
      });
  });

  it('names nobody behind a person', async () => {
    const row = await rowOf(await service.call(keys.ada, 'whoami'));
    expect([row.key_name, row.client_id, row.actors]).toEqual(['Laptop', null, null]);
  });

  it('has the name that the key had at the call, whatever it is called later', async () => {
    const key = await service.createKey(ada, ['documents:read'], { name: 'First' });
    const before = await service.call(key.apiKey, 'documents_list');
    await rowOf(before);
    expect((await send('PATCH', `${KEYS}/${key.id}`, { name: 'Second' }, keys.ada)).status).toBe(200);
    const after = await service.call(key.apiKey, 'documents_list');
    expect([(await rowOf(before)).key_name, (await rowOf(after)).key_name]).toEqual(['First', 'Second']);
    const found = await service.request<{ events: Event[] }>('GET', '/api/audit?keyName=First', {
      key: keys.auditor,
    });
    expect(idsOf(found.body.events)).toEqual([(await rowOf(before)).id]);
  });

  it('has the same in the intent of a call, in its outcome, and in refusals', async () => {
    const { child } = agents;
    const who = {
      user_id: child.id,
      key_id: child.key.id,
      actors: [ada.id, agents.parent.id, child.id],
      key_name: expect.any(String),
    };
    const deletion = await service.call(child.key.apiKey, 'documents_delete', { id: NO_ROW });
    const rows = await rowsOf(deletion);
    expect(rows.map(({ outcome }) => outcome).sort()).toEqual(['failure', 'pending']);
    for (const row of rows) expect(row).toMatchObject(who);
    const refused = await send('POST', '/api/documents', { title: 'A', content: 'B' }, child.key.apiKey);
    expect(await rowOf(refused)).toMatchObject({ ...who, reason: 'insufficient_scope' });
  });

  it('names the key of a refused request, and those behind its agent', async () => {
    const ended = await make(keys.ada);
    const { name } = (await send('GET', `${KEYS}/${ended.key.id}`, undefined, keys.ada)).body;
    await send('DELETE', `${KEYS}/${ended.key.id}`, undefined, keys.ada);
    expect(await rowOf(await use(ended))).toMatchObject({
      reason: 'revoked_api_key',
      user_id: ended.id,
      key_name: name,
      actors: [ada.id, ended.id],
    });
  });

  describe('is found', () => {
    let snapshot: string;
    let expected: AuditRow[];

    beforeAll(async () => {
      for (const agent of Object.values(agents)) await use(agent);
      for (const key of [keys.ada, keys.eve]) await service.call(key, 'whoami');
      // As the rows of a token that was issued to a client, and of one that an agent has exchanged for a person's.
      const writer = service.service.app.get(AuditWriter, { strict: false });
      const token = { keyId: null, keyStart: null, via: 'token' } as const;
      for (const clientId of [CLIENT, LONGEST, `${LONGEST.slice(0, -1)}!`, WIDEST])
        await writer.add(auditRecordOf({ ...token, userId: eve.id, clientId }));
      const { ofTeam } = agents;
      await writer.add(
        auditRecordOf({ ...token, userId: ofTeam.id, clientId: CLIENT, actors: [eve.id, ofTeam.id] }),
      );
      await service.auditRows();
      await new Promise((resolve) => setTimeout(resolve, 5));
      snapshot = `to=${new Date().toISOString()}`;
      expected = (await service.auditRows('occurred_at < $1', [snapshot.slice(3)])).sort((one, other) =>
        one.id < other.id ? 1 : -1,
      );
    });

    it('with the id of a client of any width', async () => {
      expect(await service.auditRows('client_id = $1', [WIDEST])).toHaveLength(1);
    });

    const list = async (key: string, query: string) =>
      (await service.pages<Event>(key, `/api/audit?limit=20&${snapshot}${query}`, 'events')).flat();
    const file = (key: string, query: string, format: string) =>
      service.request('GET', `/api/audit/export?${snapshot}${query}&format=${format}`, { key });

    it.each<[string, () => string, (row: AuditRow) => boolean]>([
      ['the name of the key', () => '&keyName=Laptop', (row) => row.key_name === 'Laptop'],
      ['a client', () => `&clientId=${encodeURIComponent(CLIENT)}`, (row) => row.client_id === CLIENT],
      [
        'the longest id of a client',
        () => `&clientId=${encodeURIComponent(LONGEST)}`,
        (row) => row.client_id === LONGEST,
      ],
      ['a person behind agents', () => `&actor=${ada.id.toUpperCase()}`, (row) => isActor(ada.id)(row)],
      [
        'an agent, also behind others',
        () => `&actor=${agents.parent.id}`,
        (row) => isActor(agents.parent.id)(row),
      ],
      ['a team', () => `&actor=${team}`, (row) => isActor(team)(row)],
      [
        'several of these',
        () => `&actor=${eve.id}&clientId=${encodeURIComponent(CLIENT)}&userId=${agents.ofTeam.id}`,
        (row) => isActor(eve.id)(row) && row.client_id === CLIENT && row.user_id === agents.ofTeam.id,
      ],
    ])('by %s, in lists and in both formats of exports', async (_, query, matches) => {
      const rows = expected.filter(matches);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThan(expected.length / 2);
      expect(idsOf(await list(keys.auditor, query()))).toEqual(idsOf(rows));
      const lines = (await file(keys.auditor, query(), 'ndjson')).text.split('\n').filter(Boolean);
      const events = lines.map((line) => JSON.parse(line) as Event);
      expect(events.map(({ id, keyName, clientId, actors }) => [id, keyName, clientId, actors])).toEqual(
        rows.map((row) => [row.id, row.key_name, row.client_id, row.actors]),
      );
      const table = parse<Record<string, string>>((await file(keys.auditor, query(), 'csv')).text, {
        columns: true,
      });
      expect(table.map(({ id, keyName, clientId, actors }) => [id, keyName, clientId, actors])).toEqual(
        rows.map((row) => [row.id, row.key_name ?? '', row.client_id ?? '', row.actors?.join('; ') ?? '']),
      );
    });

    it.each(['keyName=laptop', 'clientId=https://client.example/', `actor=${NO_ROW}`])(
      'by nothing but the whole value: ?%s is empty',
      async (query) => expect(await list(keys.auditor, `&${query}`)).toEqual([]),
    );

    it('by a member where the member acted, or stands behind who did', async () => {
      for (const [key, { id }] of [
        [keys.ada, ada],
        [keys.eve, eve],
      ] as const) {
        const rows = expected.filter(isActor(id));
        expect(idsOf(await list(key, ''))).toEqual(idsOf(rows));
        const lines = (await file(key, '', 'ndjson')).text.split('\n').filter(Boolean);
        expect(idsOf(lines.map((line) => JSON.parse(line) as Event))).toEqual(idsOf(rows));
        for (const other of [ada.id, eve.id, team, ...Object.values(agents).map((agent) => agent.id)]) {
          expect(idsOf(await list(key, `&userId=${other}`))).toEqual(
            idsOf(rows.filter((row) => row.user_id === other)),
          );
          expect(idsOf(await list(key, `&actor=${other}`))).toEqual(idsOf(rows.filter(isActor(other))));
        }
      }
      const behindTeam = expected.filter((row) => row.user_id === agents.ofTeam.id && !isActor(eve.id)(row));
      expect(behindTeam.length).toBeGreaterThan(0);
      expect(behindTeam.filter(isActor(ada.id))).toEqual([]);
    });
  });

  describe('is streamed', () => {
    const streams: EventStream[] = [];
    const follow = async (key: string, query = '', headers: Record<string, string> = {}) => {
      const stream = await EventStream.open(`${service.url}/api/audit/stream${query}`, {
        headers: { 'x-api-key': key, ...headers },
      });
      streams.push(stream);
      expect(stream.status).toBe(200);
      return stream;
    };
    const usersIn = (stream: EventStream) =>
      new Set((stream.messages as Event[]).filter(({ id }) => id).map(({ userId }) => userId));
    const hasShown = (stream: EventStream, id: string) =>
      eventually(
        () => Promise.resolve([...usersIn(stream)]),
        (users) => users.includes(id),
      );
    afterEach(() => {
      for (const stream of streams.splice(0)) stream.break();
    });

    it('to a member where the member stands behind who acts, and to nobody else', async () => {
      const [hers, eves] = await Promise.all([follow(keys.ada), follow(keys.eve)]);
      await use(agents.child);
      await hasShown(hers, agents.child.id);
      await use(agents.ofEve);
      await hasShown(eves, agents.ofEve.id);
      await use(agents.parent);
      await hasShown(hers, agents.parent.id);
      expect(usersIn(hers)).not.toContain(agents.ofEve.id);
      expect(usersIn(eves)).not.toContain(agents.child.id);
    });

    it('by the same filters', async () => {
      const [acts, laptop, client] = await Promise.all([
        follow(keys.auditor, `?actor=${agents.parent.id.toUpperCase()}`),
        follow(keys.auditor, '?keyName=Laptop'),
        follow(keys.auditor, `?clientId=${encodeURIComponent(CLIENT)}`),
      ]);
      await use(agents.ofEve);
      const writer = service.service.app.get(AuditWriter, { strict: false });
      await writer.add(auditRecordOf({ userId: eve.id, clientId: CLIENT }));
      await service.call(keys.ada, 'whoami');
      await use(agents.child);
      await hasShown(acts, agents.child.id);
      await hasShown(laptop, ada.id);
      await hasShown(client, eve.id);
      expect([acts, laptop, client].map((stream) => [...usersIn(stream)])).toEqual([
        [agents.child.id],
        [ada.id],
        [eve.id],
      ]);
    });

    it('from an earlier row on, within what a member sees', async () => {
      const first = await rowOf(await use(agents.child));
      await use(agents.ofEve);
      await use(agents.parent);
      await service.auditRows();
      const stream = await follow(keys.ada, '', { 'last-event-id': first.id });
      await hasShown(stream, agents.parent.id);
      expect(usersIn(stream)).not.toContain(agents.ofEve.id);
    });
  });

  it('is sealed, so that a verifier finds every row whole', async () => {
    await service.service.stop();
    const { code, report } = await verify(service.database.url, service.dataDir);
    expect([code, report.findings, report.whole]).toEqual([0, [], true]);
    const [{ count }] = (await service.query(
      'SELECT count(*)::int FROM audit_events WHERE actors IS NOT NULL AND key_name IS NOT NULL',
    )) as [{ count: number }];
    expect(count).toBeGreaterThan(5);
    expect(report.rows).toBeGreaterThan(count);
  });
});
