import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentImporter } from '../src/documents/document-importer.js';
import { Teams, type TestTeam } from './support/teams.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const SOURCE = 'handbook';
const SHARES = '/api/documents/sources/shares';
/** More than a search indexes at once. */
const MANY = 30;

describe('A folder that is shared with a team', () => {
  let service: TestService;
  let teams: Teams;
  let importer: DocumentImporter;
  let owner: TestUser;
  let key: string;
  let member: string;
  let team: TestTeam;
  let folder: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_DEVELOPMENT: '100000' } });
    teams = new Teams(service);
    importer = service.service.app.get(DocumentImporter, { strict: false });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:*'])).apiKey;
    const person = await service.createUser();
    member = (await service.createKey(person, ['documents:*'])).apiKey;
    team = await teams.team([person]);
    folder = await mkdtemp(join(tmpdir(), 'folder-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const importAll = async (prune = false) => {
    const root = await importer.open(owner.id, folder, { source: SOURCE });
    const { files } = await importer.find(folder);
    return importer.import(root, files, { prune });
  };
  const share = (role = 'reader', source = SOURCE) =>
    service.request('PUT', `${SHARES}/${team.id}`, { key, body: { source, role } });
  const unshare = () => service.request('DELETE', `${SHARES}/${team.id}?source=${SOURCE}`, { key });
  const search = async (query: string, by = member) =>
    (await service.request('POST', '/api/documents/search', { key: by, body: { query, limit: 50 } })).body;
  const titles = async (by = member) => {
    const { documents } = (await service.request('GET', '/api/documents?limit=100', { key: by })).body;
    return documents.map(({ title }: { title: string }) => title).sort();
  };

  it('is read with all that is imported from it, now and later, and with nothing else of its owner', async () => {
    await service.request('POST', '/api/documents', { key, body: { title: 'Private', content: 'A zebra.' } });
    await write('a.md', '# First\n\nThe zebra of the handbook.');
    await importAll();
    expect(await titles()).toEqual([]);
    const answer = await share();
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { source: SOURCE, teamId: team.id, team: team.name, role: 'reader', documents: 1 },
    ]);
    expect(await titles()).toEqual(['First']);
    expect(await search('zebra')).toMatchObject({ count: 1, partial: false });
    await write('b.md', '# Second\n\nThe okapi of the handbook.');
    await write('a.md', '# First\n\nThe quagga of the handbook.');
    await importAll();
    expect(await titles()).toEqual(['First', 'Second']);
    for (const word of ['okapi', 'quagga']) expect((await search(word)).count).toBe(1);
    expect((await search('zebra')).count).toBe(0);
    const { shares } = (await service.request('GET', SHARES, { key })).body;
    expect(shares).toMatchObject([{ source: SOURCE, teamId: team.id, documents: 2 }]);
    expect((await service.request('GET', SHARES, { key: member })).body.shares).toEqual([]);
  });

  it('is found as a whole, though a search says that it is partial while it is being indexed', async () => {
    for (let number = 0; number < MANY; number++)
      await write(`${number}.md`, `# Note ${number}\n\nThe zebra of the handbook.`);
    await importAll();
    await share();
    expect(await titles()).toHaveLength(MANY);
    const first = await search('zebra');
    expect([first.count < MANY, first.partial]).toEqual([true, true]);
    const whole = await eventually(
      () => search('zebra'),
      ({ count }) => count === MANY,
    );
    expect(whole.partial).toBe(false);
    expect(await service.query('SELECT FROM document_shares WHERE NOT is_indexed')).toEqual([]);
  });

  it('is no longer read when that is taken back, but for what is shared by itself', async () => {
    await write('a.md', '# First\n\nThe zebra of the handbook.');
    await write('b.md', '# Second\n\nThe zebra of the handbook.');
    await importAll();
    const [alone] = (await search('first', key)).results;
    await service.request('PUT', `/api/documents/${alone.id}/shares/${team.id}`, {
      key,
      body: { role: 'editor' },
    });
    expect((await share()).body.documents).toBe(1);
    const access = async () =>
      (await service.request('GET', `/api/documents/${alone.id}`, { key: member })).body.access;
    expect([await titles(), await access()]).toEqual([['First', 'Second'], 'editor']);
    expect((await unshare()).status).toBe(204);
    expect([await titles(), await access()]).toEqual([['First'], 'editor']);
    expect((await search('zebra')).count).toBe(1);
    await write('c.md', '# Third\n\nThe zebra of the handbook.');
    await importAll();
    expect(await titles()).toEqual(['First']);
    expect((await unshare()).status).toBe(404);
  });

  it('changes the role of all that is shared with it, and forgets what is pruned', async () => {
    await write('a.md', '# First\n\nThe zebra of the handbook.');
    await write('b.md', '# Second\n\nThe zebra of the handbook.');
    await importAll();
    await share();
    const patch = async () => {
      const { results } = await search('zebra');
      const path = `/api/documents/${results[0].id}`;
      return (await service.request('PATCH', path, { key: member, body: { language: 'en' } })).status;
    };
    expect(await patch()).toBe(403);
    await share('editor');
    expect(await patch()).toBe(200);
    await rm(join(folder, 'b.md'));
    await importAll(true);
    expect(await titles()).toEqual(['First']);
  });

  it('is refused where nothing was imported from it, to a team of nobody, and without a name', async () => {
    expect((await share()).status).toBe(404);
    await write('a.md', '# First\n\nThe zebra of the handbook.');
    await importAll();
    expect((await share('owner')).status).toBe(400);
    expect((await share('reader', '')).status).toBe(400);
    team = { ...team, id: owner.id };
    expect((await share()).status).toBe(404);
    const rows = await service.auditRows(`action = 'document_source.share'`);
    expect(rows.at(-1)).toMatchObject({ outcome: 'failure' });
  });

  it('leaves nothing in the index of the team when it is taken back while documents are changed and searched', async () => {
    for (let number = 0; number < 12; number++)
      await write(`${number}.md`, `# Note ${number}\n\nThe zebra of the handbook.`);
    await importAll();
    const { documents } = (await service.request('GET', '/api/documents', { key })).body;
    const change = (content: string) =>
      Promise.all(
        documents.map(({ id }: { id: string }) =>
          service.request('PATCH', `/api/documents/${id}`, { key, body: { content } }),
        ),
      );
    const searches = () =>
      Promise.all(
        ['zebra', 'okapi', 'quagga'].map((query) =>
          service.request('POST', '/api/documents/search', { key: member, body: { query } }),
        ),
      );
    const statuses = new Set<number>();
    for (let round = 0; round < 6; round++) {
      const answers = [
        ...(await Promise.all([share(), change(`The okapi ${round}.`), searches()])),
        ...(await Promise.all([searches(), unshare(), change(`The quagga ${round}.`), searches()])),
      ];
      for (const { status } of answers.flat()) statuses.add(status);
      const left = await service.query('SELECT term FROM document_terms WHERE space_id = $1', [team.id]);
      expect(left).toEqual([]);
    }
    expect([...statuses].sort((a, b) => a - b)).toEqual([200, 204]);
  });

  it('shares what is imported while it is being shared', async () => {
    await write('a.md', '# First\n\nThe zebra of the handbook.');
    await importAll();
    for (let number = 0; number < 8; number++) {
      await write(`${number}.md`, `# Note ${number}\n\nThe zebra of the handbook.`);
      await Promise.all([importAll(), share()]);
      expect(await titles()).toHaveLength(number + 2);
      await unshare();
    }
  });
});
