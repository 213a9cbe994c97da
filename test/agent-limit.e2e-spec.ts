import { type Answer, TestService, type TestUser } from './support/test-service.js';

const AGENTS = '/api/agents';
const MOST = 5;

describe('Agents of one owner', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ env: { AGENTS_MAX_PER_OWNER: String(MOST) } });
  });
  afterAll(() => service.stop());

  const codeOf = ({ status, body }: Answer) => [status, body.code];
  const owner = async (): Promise<[TestUser, string]> => {
    const user = await service.createUser();
    return [user, (await service.createKey(user, ['read', 'agents:*'])).apiKey];
  };
  const make = (key: string, fields: object = {}) =>
    service.request('POST', AGENTS, {
      key,
      body: { name: 'Agent', scopes: ['documents:read', 'agents:create'], withKey: true, ...fields },
    });
  const retire = (key: string, id: string) => service.request('DELETE', `${AGENTS}/${id}`, { key });
  const activeOf = async (id: string) =>
    (await service.query('SELECT id FROM agents WHERE owner_id = $1 AND retired_at IS NULL', [id])).length;
  const refused = [409, 'agent_limit_reached'];

  it('are refused beyond the limit, also where many are made at once', async () => {
    const [user, key] = await owner();
    const answers = await Promise.all(Array.from({ length: 12 }, () => make(key)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(MOST);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(codeOf(answer)).toEqual(refused);
    expect(await activeOf(user.id)).toBe(MOST);
    expect(codeOf(await make((await owner())[1]))[0]).toBe(201);
  });

  it('count with all that are below them, whoever makes these', async () => {
    const [user, key] = await owner();
    const highest = (await make(key)).body;
    const below = (await make(highest.key.apiKey)).body;
    const many = await Promise.all([
      ...Array.from({ length: 4 }, () => make(below.key.apiKey)),
      ...Array.from({ length: 4 }, () => make(service.adminKey, { ownerId: highest.id })),
      ...Array.from({ length: 4 }, () => make(key)),
    ]);
    expect(many.filter(({ status }) => status === 201)).toHaveLength(MOST - 2);
    for (const answer of many.filter(({ status }) => status !== 201)) expect(codeOf(answer)).toEqual(refused);
    expect(codeOf(await make(service.adminKey, { ownerId: user.id }))).toEqual(refused);
  });

  it('count no more when they are retired, with those below them', async () => {
    const [, key] = await owner();
    const highest = (await make(key)).body;
    for (let more = 1; more < MOST; more++) await make(highest.key.apiKey);
    expect(codeOf(await make(key))).toEqual(refused);
    expect((await retire(key, highest.id)).status).toBe(204);
    for (let again = 0; again < MOST; again++) expect((await make(key)).status).toBe(201);
    expect(codeOf(await make(key))).toEqual(refused);
  });

  it('are bounded for a team as for a person', async () => {
    const { body } = await service.request('POST', '/api/teams', {
      key: service.adminKey,
      body: { name: 'Team' },
    });
    for (let more = 0; more < MOST; more++)
      expect((await make(service.adminKey, { ownerId: body.id })).status).toBe(201);
    expect(codeOf(await make(service.adminKey, { ownerId: body.id }))).toEqual(refused);
  });
});
