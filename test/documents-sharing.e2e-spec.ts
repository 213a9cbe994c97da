import { newId } from '../src/common/new-id.js';
import { Teams, type TestTeam } from './support/teams.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';
import { ASK } from './support/ui-stream.js';

const SCOPES = ['documents:*', 'assistant:ask'];

interface Person {
  user: TestUser;
  key: string;
}

describe('A document that is shared with a team', () => {
  let service: TestService;
  let teams: Teams;
  let owner: Person;
  let member: Person;
  let stranger: Person;
  let team: TestTeam;
  let id: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_DEVELOPMENT: '100000' } });
    teams = new Teams(service);
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    [owner, member, stranger] = [await person(), await person(), await person()];
    team = await teams.team([member.user]);
    id = await write(owner, 'The zebra of the company grazes in the garden.');
  });

  async function person(): Promise<Person> {
    const user = await service.createUser();
    return { user, key: (await service.createKey(user, SCOPES)).apiKey };
  }
  async function write({ key }: { key: string }, content: string, more: object = {}): Promise<string> {
    const body = { title: 'Animals', content, ...more };
    const made = await service.request('POST', '/api/documents', { key, body });
    expect(made.status).toBe(201);
    return made.body.id;
  }
  const share = (by: { key: string }, role = 'reader', document = id, teamId = team.id) =>
    service.request('PUT', `/api/documents/${document}/shares/${teamId}`, { key: by.key, body: { role } });
  const unshare = (by: { key: string }, document = id, teamId = team.id) =>
    service.request('DELETE', `/api/documents/${document}/shares/${teamId}`, { key: by.key });
  const get = ({ key }: { key: string }, document = id) =>
    service.request('GET', `/api/documents/${document}`, { key });
  const change = ({ key }: { key: string }, document = id) =>
    service.request('PATCH', `/api/documents/${document}`, {
      key,
      body: { content: 'The okapi of the company.' },
    });
  const remove = ({ key }: { key: string }, document = id) =>
    service.request('DELETE', `/api/documents/${document}`, { key });
  const search = async ({ key }: { key: string }, query: string) =>
    (await service.request('POST', '/api/documents/search', { key, body: { query } })).body;
  const codeOf = ({ status, body }: Answer) => [status, body.code];

  /** Asks in every way there is. @returns the ids that each of them shows */
  async function ways({ key }: { key: string }, query = 'zebra'): Promise<Record<string, string[]>> {
    const idsIn = ({ text }: Answer) => [
      ...new Set(text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? []),
    ];
    const shown = (answer: Answer) => idsIn(answer).filter((one) => one === id);
    const reference = {
      ref: { type: 'ref/resource', uri: 'document://{id}' },
      argument: { name: 'id', value: '' },
    };
    const found = (answer: Answer) => (answer.text.includes('of the company') ? [id] : []);
    return {
      get: found(await get({ key })),
      list: shown(await service.request('GET', '/api/documents', { key })),
      search: shown(await service.request('POST', '/api/documents/search', { key, body: { query } })),
      documents_get: found(await service.call(key, 'documents_get', { id })),
      documents_list: shown(await service.call(key, 'documents_list', {})),
      documents_search: shown(await service.call(key, 'documents_search', { query })),
      resource: found(await service.rpc(key, 'resources/read', { uri: `document://${id}` })),
      completion: shown(await service.rpc(key, 'completion/complete', reference)),
      prompt: shown(
        await service.rpc(key, 'prompts/get', { name: 'documents_answer', arguments: { question: query } }),
      ),
      assistant: shown(
        await service.request('POST', ASK, {
          key,
          body: { question: `Where does the ${query} of the company graze?` },
          headers: { accept: 'application/json' },
        }),
      ),
    };
  }
  const all = (shown: Record<string, string[]>) =>
    Object.fromEntries(Object.keys(shown).map((way) => [way, [id]]));
  const none = (shown: Record<string, string[]>) =>
    Object.fromEntries(Object.keys(shown).map((way) => [way, []]));

  it('is read in every way by its members, and by nobody else', async () => {
    for (const one of [member, stranger]) expect(await ways(one)).toEqual(none(await ways(one)));
    const answer = await share(owner);
    expect([answer.status, answer.body]).toEqual([
      200,
      { teamId: team.id, team: team.name, role: 'reader', source: null, createdAt: expect.any(String) },
    ]);
    for (const one of [owner, member]) expect(await ways(one)).toEqual(all(await ways(one)));
    expect(await ways(stranger)).toEqual(none(await ways(stranger)));
  });

  it('is read by nobody of the team any more when the share is taken away, and when somebody leaves the team', async () => {
    await share(owner);
    expect((await unshare(owner)).status).toBe(204);
    expect(await ways(member)).toEqual(none(await ways(member)));
    await share(owner);
    expect(await ways(member)).toEqual(all(await ways(member)));
    await teams.leave(team, member.user);
    expect(await ways(member)).toEqual(none(await ways(member)));
    await teams.join(team, stranger.user);
    expect(await ways(stranger)).toEqual(all(await ways(stranger)));
    await service.query('DELETE FROM teams WHERE id = $1', [team.id]);
    expect(await ways(stranger)).toEqual(none(await ways(stranger)));
    expect(await ways(owner)).toEqual(all(await ways(owner)));
  });

  it('names its owner and what may be done with it, to all but its owner', async () => {
    await share(owner);
    const reached = { ownerId: owner.user.id, access: 'reader' };
    expect((await get(member)).body).toMatchObject(reached);
    const { documents } = (await service.request('GET', '/api/documents', { key: member.key })).body;
    expect(documents).toMatchObject([{ id, ...reached }]);
    expect((await search(member, 'zebra')).results).toMatchObject([{ id, ...reached }]);
    for (const { body } of [
      await get(owner),
      await service.request('GET', '/api/documents', { key: owner.key }),
    ])
      for (const name of ['ownerId', 'access']) expect(JSON.stringify(body)).not.toContain(name);
  });

  it('is changed by editors and its owner, and read alone by readers', async () => {
    await share(owner);
    expect(codeOf(await change(member))).toEqual([403, 'forbidden']);
    expect(codeOf(await change(stranger))).toEqual([404, 'not_found']);
    await share(owner, 'editor');
    const changed = await change(member);
    expect([changed.status, changed.body.access]).toEqual([200, 'editor']);
    for (const one of [owner, member])
      expect(await ways(one, 'okapi')).toEqual(all(await ways(one, 'okapi')));
    for (const one of [owner, member]) expect((await search(one, 'zebra')).results).toEqual([]);
  });

  it('is deleted and shared by its owner alone', async () => {
    const other = await teams.team([stranger.user]);
    await share(owner, 'editor');
    for (const answer of [
      await remove(member),
      await share(member, 'editor', id, other.id),
      await unshare(member),
      await service.request('GET', `/api/documents/${id}/shares`, { key: member.key }),
    ])
      expect(codeOf(answer)).toEqual([403, 'forbidden']);
    for (const answer of [
      await remove(stranger),
      await share(stranger, 'editor', id, other.id),
      await unshare(stranger),
      await service.request('GET', `/api/documents/${id}/shares`, { key: stranger.key }),
    ])
      expect(codeOf(answer)).toEqual([404, 'not_found']);
    const { shares } = (await service.request('GET', `/api/documents/${id}/shares`, { key: owner.key })).body;
    expect(shares).toMatchObject([{ teamId: team.id, team: team.name, role: 'editor', source: null }]);
    expect((await remove(owner)).status).toBe(204);
    expect(await ways(member)).toEqual(none(await ways(member)));
  });

  it('is shared with a team of the organisation only, with a key that may share', async () => {
    const other = await teams.team([], await teams.organization());
    for (const teamId of [other.id, newId(), 'x'])
      expect(codeOf(await share(owner, 'reader', id, teamId))).toEqual([404, 'not_found']);
    expect(codeOf(await share(owner, 'owner'))).toEqual([400, 'validation_failed']);
    const { apiKey: key } = await service.createKey(owner.user, ['documents:read', 'documents:write']);
    expect(codeOf(await share({ key }))).toEqual([403, 'insufficient_scope']);
    expect(codeOf(await unshare(owner))).toEqual([404, 'not_found']);
  });

  it('leaves an audit row with each share, which is committed with it', async () => {
    await share(owner, 'editor');
    await unshare(owner);
    const rows = await service.auditRows(
      `action IN ('document.share', 'document.unshare') AND resource = $1`,
      [`document:${id}`],
    );
    expect(rows.map(({ action, outcome, metadata }) => ({ action, outcome, metadata }))).toEqual([
      { action: 'document.share', outcome: 'success', metadata: { teamId: team.id, role: 'editor' } },
      { action: 'document.unshare', outcome: 'success', metadata: { teamId: team.id } },
    ]);
  });

  it('of a team belongs to its members: maintainers delete and share it, the others change it', async () => {
    const maintainer = await person();
    await teams.join(team, maintainer.user, 'maintainer');
    expect(
      (
        await service.request('POST', '/api/documents', {
          key: stranger.key,
          body: { title: 'A', content: 'B', teamId: team.id },
        })
      ).status,
    ).toBe(404);
    id = await write(member, 'The zebra of the company grazes in the garden.', { teamId: team.id });
    for (const one of [member, maintainer]) expect(await ways(one)).toEqual(all(await ways(one)));
    expect((await get(member)).body).toMatchObject({ ownerId: team.id, access: 'editor' });
    expect((await get(maintainer)).body).toMatchObject({ ownerId: team.id, access: 'owner' });
    expect(await ways(stranger)).toEqual(none(await ways(stranger)));
    const teamKey = { key: await teams.key(team, SCOPES) };
    expect(await ways(teamKey)).toEqual(all(await ways(teamKey)));
    expect((await change(member)).status).toBe(200);
    expect(codeOf(await remove(member))).toEqual([403, 'forbidden']);
    const other = await teams.team([stranger.user]);
    expect(codeOf(await share(member, 'reader', id, other.id))).toEqual([403, 'forbidden']);
    expect(codeOf(await share(maintainer))).toEqual([400, 'validation_failed']);
    expect((await share(maintainer, 'reader', id, other.id)).status).toBe(200);
    expect(await ways(stranger, 'okapi')).toEqual(all(await ways(stranger, 'okapi')));
    expect((await remove(maintainer)).status).toBe(204);
  });

  it('is read with a key of the team itself, and only in its organisation', async () => {
    await share(owner);
    const key = await teams.key(team, SCOPES);
    expect(await ways({ key })).toEqual(all(await ways({ key })));
    const organization = await teams.organization();
    const elsewhere = await teams.key(member.user, SCOPES, organization);
    expect(await ways({ key: elsewhere })).toEqual(none(await ways({ key: elsewhere })));
    const own = await write({ key: elsewhere }, 'A zebra of the company elsewhere.');
    expect((await search({ key: elsewhere }, 'zebra')).results).toMatchObject([{ id: own }]);
    expect((await search(member, 'zebra')).results).toMatchObject([{ id }]);
    expect((await get(member, own)).status).toBe(404);
  });

  it('counts once in a search, however many teams of the reader it is shared with', async () => {
    const other = await teams.team([member.user, owner.user]);
    await teams.join(team, owner.user);
    const alone = await search(owner, 'zebras of the compny');
    await share(owner);
    await share(owner, 'editor', id, other.id);
    expect(await search(owner, 'zebras of the compny')).toEqual(alone);
    const reached = { ownerId: owner.user.id, access: 'editor' };
    const results = alone.results.map((one: object) => ({ ...one, ...reached }));
    expect(await search(member, 'zebras of the compny')).toEqual({ ...alone, results });
    expect((await get(member)).body.access).toBe('editor');
  });

  it('is found by its new words where a process of the version before changes it', async () => {
    await share(owner);
    await service.query(`UPDATE documents SET content = 'The quagga of the company.' WHERE id = $1`, [id]);
    const found = await eventually(
      () => search(member, 'quagga'),
      ({ count }) => count > 0,
    );
    expect(found.results).toMatchObject([{ id }]);
    expect((await search(member, 'zebra')).count).toBe(0);
  });

  it('is found by another owner to whom it is handed over', async () => {
    await share(owner);
    await service.query('UPDATE documents SET owner_id = $2 WHERE id = $1', [id, stranger.user.id]);
    const found = await eventually(
      () => search(stranger, 'zebra'),
      ({ count }) => count > 0,
    );
    expect(found.results).toMatchObject([{ id }]);
    expect((await search(owner, 'zebra')).count).toBe(0);
    expect(await ways(member)).toEqual(all(await ways(member)));
    await service.query('UPDATE documents SET owner_id = $2 WHERE id = $1', [id, team.id]);
    expect(
      (
        await eventually(
          () => get(member),
          ({ body }) => body.access === 'editor',
        )
      ).body.ownerId,
    ).toBe(team.id);
    expect(await service.query('SELECT FROM document_shares WHERE document_id = $1', [id])).toEqual([]);
  });
});
