import { ExpiryNotifier } from '../src/api-keys/expiry.notifier.js';
import { Mailbox } from './support/mailbox.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

describe('Mails about the keys of agents and teams', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let owner: TestUser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
    owner = await service.createUser({ name: 'Ada' });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const send = async (method: string, path: string, body: unknown, key = service.adminKey) =>
    (await service.request(method, path, { key, body })).body;
  const agentOf = (ownerId: string) =>
    send('POST', '/api/agents', { name: 'Reporter', scopes: ['documents:read'], ownerId, withKey: true });
  const teamOf = async (maintainer: TestUser): Promise<string> => {
    const { id } = await send('POST', '/api/teams', { name: `Team of ${maintainer.email}` });
    await send('PUT', `/api/teams/${id}/members/${maintainer.id}`, { role: 'maintainer' });
    return id as string;
  };
  const subjectsTo = ({ email }: TestUser) => mailbox.mailsTo(email).map(({ subject }) => subject);

  it('go to the person who owns the agent, also where it rotated its key by itself', async () => {
    const agent = await agentOf(owner.id);
    await send('POST', `/api/agents/${agent.id}/rotate`, {}, agent.key.apiKey);
    await until(() => subjectsTo(owner).length > 0);
    const [mail] = mailbox.mailsTo(owner.email);
    expect(mail!.subject).toBe('The agent "Reporter": Your API key "Reporter" was rotated');
    expect(mail!.text).toContain('Hello Ada,\n\nYou answer for the agent "Reporter"');
    expect(mail!.text).toContain('It was done by "Reporter" with the key');
    expect(mail!.text).not.toContain('.invalid');
  });

  it('go to the maintainers of the team, and to nobody at an address that does not exist', async () => {
    const lead = await service.createUser({ name: 'Lead' });
    const team = await teamOf(lead);
    const agent = await agentOf(team);
    const key = await send('POST', '/api/mcp/keys', {
      name: 'Shared',
      scopes: ['documents:read'],
      userId: team,
    });
    await service.query(`UPDATE api_keys SET expires_at = now() + interval '1 day' WHERE id = ANY ($1)`, [
      [agent.key.id, key.id],
    ]);
    await service.service.app.get(ExpiryNotifier, { strict: false }).check();
    await until(() => subjectsTo(lead).length === 2);
    expect(subjectsTo(lead).toSorted((a, b) => a!.localeCompare(b!))).toEqual([
      expect.stringMatching(/^The agent "Reporter": Your API key "Reporter" ends on /),
      expect.stringMatching(/^The team ".*": Your API key "Shared" ends on /),
    ]);
    expect(mailbox.asked.filter((address) => address.endsWith('.invalid'))).toEqual([]);
  });
});
