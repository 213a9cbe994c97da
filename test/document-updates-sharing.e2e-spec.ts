import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Replica } from './support/replica.js';
import { Teams, type TestTeam } from './support/teams.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

describe('Clients that subscribed to a shared document, on another replica', () => {
  let service: TestService;
  let replica: Replica;
  let teams: Teams;
  let team: TestTeam;
  const people: { user: TestUser; key: string }[] = [];
  const clients: Client[] = [];

  beforeAll(async () => {
    service = await TestService.start();
    replica = await Replica.of(service);
    teams = new Teams(service);
    for (let number = 0; number < 3; number++) {
      const user = await service.createUser();
      people.push({ user, key: (await service.createKey(user, ['documents:*'])).apiKey });
    }
    team = await teams.team([people[1]!.user]);
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await replica?.stop();
    await service?.stop();
  });

  /** Listens as a person. @returns what is heard, as it comes */
  const listen = async (key: string, uri: string): Promise<string[]> => {
    const client = new Client(
      { name: 'spec', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${replica.service.url}/mcp`), {
        requestInit: { headers: { authorization: `Bearer ${key}` } },
      }),
    );
    clients.push(client);
    const heard: string[] = [];
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    );
    await client.listen({ resourceSubscriptions: [uri] });
    return heard;
  };

  it('hear of changes by others while they may read it, and no longer, and nobody else does', async () => {
    const [owner, member] = people as [{ key: string; user: TestUser }, { key: string; user: TestUser }];
    const body = { title: 'A', content: 'B' };
    const { id } = (await service.request('POST', '/api/documents', { key: owner.key, body })).body;
    const path = `/api/documents/${id}`;
    const share = () =>
      service.request('PUT', `${path}/shares/${team.id}`, { key: owner.key, body: { role: 'editor' } });
    const change = async ({ key }: { key: string }) =>
      expect((await service.request('PATCH', path, { key, body: { title: 'C' } })).status).toBe(200);
    await share();
    const uri = `document://${id}`;
    const [ofOwner, ofMember, ofStranger] = (await Promise.all(
      people.map(({ key }) => listen(key, uri)),
    )) as [string[], string[], string[]];
    const heard = async (count: number, byMember: number) => {
      await until(() => ofOwner.length >= count && ofMember.length >= byMember);
      return [ofOwner.length, ofMember.length, ofStranger.length];
    };
    await change(owner);
    expect(await heard(1, 1)).toEqual([1, 1, 0]);
    await change(member);
    expect(await heard(2, 2)).toEqual([2, 2, 0]);
    await service.request('DELETE', `${path}/shares/${team.id}`, { key: owner.key });
    await change(owner);
    expect(await heard(3, 2)).toEqual([3, 2, 0]);
    await share();
    await teams.leave(team, member.user);
    await change(owner);
    expect(await heard(4, 2)).toEqual([4, 2, 0]);
    await teams.join(team, member.user);
    await service.request('DELETE', path, { key: owner.key });
    expect(await heard(5, 3)).toEqual([5, 3, 0]);
    expect([...new Set([...ofOwner, ...ofMember])]).toEqual([uri]);
  });
});
