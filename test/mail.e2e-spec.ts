import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, type TestDatabase } from './support/database.js';
import { Mailbox } from './support/mailbox.js';
import { Command, startProcess } from './support/process.js';
import { TestService, type TestUser } from './support/test-service.js';

const rotate = (service: TestService, { id }: { id: string }) =>
  service.request('POST', `/api/mcp/keys/${id}/rotate`, { key: service.adminKey });

/** Listens, and does with each connection what it is told to. */
async function listener(act: 'hang up' | 'say nothing') {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (act === 'hang up') socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const asked = once(server, 'connection');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    asked,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('The outbox', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let owner: TestUser;

  const start = async (port: number) => {
    service = await TestService.start({ env: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
    owner = await service.createUser();
    return service.createKey(owner, ['read']);
  };
  afterEach(() => mailbox.close());

  it('keeps a mail while the SMTP server is down, answers requests, and sends it when the server is back', async () => {
    const down = await listener('hang up');
    const key = await start(down.port);
    expect((await rotate(service, key)).status).toBe(201);
    await down.asked;
    expect((await service.request('GET', '/api/me', { key: service.adminKey })).status).toBe(200);
    await down.close();
    mailbox = await Mailbox.open(down.port);
    expect(await mailbox.waitFor(owner.email)).toHaveLength(1);
    await service.stop();
    expect(mailbox.mailsTo(owner.email)).toHaveLength(1);
  });

  it('sends what waits when the service stops', async () => {
    mailbox = await Mailbox.open();
    const key = await start(mailbox.port);
    // Three times: the next attempt is then further away than the service waits.
    mailbox.refuse = () => ({ code: 451, message: 'Not yet' });
    await rotate(service, key);
    while (mailbox.asked.length < 3) await new Promise((wake) => setTimeout(wake, 20));
    mailbox.refuse = () => undefined;
    await service.stop();
    expect(mailbox.mailsTo(owner.email)).toHaveLength(1);
  });

  it('tries no more where the server says that it will never take a mail, and sends the others', async () => {
    mailbox = await Mailbox.open();
    const key = await start(mailbox.port);
    const other = await service.createUser();
    const otherKey = await service.createKey(other, ['read']);
    mailbox.refuse = (address) =>
      address === owner.email ? { code: 550, message: 'No such mailbox' } : undefined;
    await rotate(service, key);
    await rotate(service, otherKey);
    await mailbox.waitFor(other.email);
    await service.stop();
    expect(mailbox.asked.filter((address) => address === owner.email)).toHaveLength(1);
    expect(mailbox.mails).toHaveLength(1);
  });

  it('sends to one address, whatever list the address looks like', async () => {
    mailbox = await Mailbox.open();
    await start(mailbox.port);
    const email = 'first,second@example.com';
    const user = await service.createUser({ email });
    await rotate(service, await service.createKey(user, ['read']));
    await service.stop();
    expect(mailbox.asked.map((address) => address.replace(/^"(.*)"@/, '$1@'))).toEqual([email]);
  });
});

describe('The log has', () => {
  let database: TestDatabase;
  let command: Command;
  const adminKey = generateApiKey('mcp');

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(async () => {
    await command.stop('SIGKILL');
    await database.drop();
  });

  /** Rotates the first admin's key, which is all that a new service has. */
  const rotateAll = async (env: Record<string, string>): Promise<string> => {
    const started = await startProcess({
      env: {
        NODE_ENV: 'production',
        DATABASE_URL: database.url,
        BOOTSTRAP_ADMIN_KEY: adminKey,
        BOOTSTRAP_ADMIN_EMAIL: 'chief@example.com',
        ...env,
      },
    });
    command = started.command;
    const answer = await fetch(`${started.url}/api/mcp/keys/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}` },
    });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { apiKey: string }).apiKey;
  };
  const entries = () =>
    command.output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { level: string; message: string })
      .filter(({ message }) => message.startsWith('Mail '));

  it('the mail itself where SMTP_URL is not set, as one entry, without a key', async () => {
    const apiKey = await rotateAll({});
    await command.prints(/Mail to/);
    await command.stop();
    expect(entries()).toMatchObject([
      {
        level: 'log',
        message: expect.stringMatching(/^Mail to chief@example\.com, [^]*All your API keys were rotated/),
      },
    ]);
    expect(command.output).not.toContain(apiKey);
    expect(command.output).not.toContain(adminKey);
  });

  it('an error with subject and recipient for a mail that could not be sent before the service stops', async () => {
    const silent = await listener('say nothing');
    await rotateAll({ SMTP_URL: `smtp://user:hunter2@127.0.0.1:${silent.port}` });
    await silent.asked;
    expect(await command.stop()).toBe(0);
    expect(entries()).toMatchObject([
      {
        level: 'error',
        message: 'Mail to chief@example.com was not sent: All your API keys were rotated: the service stops',
      },
    ]);
    expect(command.output).not.toContain('hunter2');
    void silent.close();
  });

  it('an error with subject and recipient for a mail that the server refuses', async () => {
    const mailbox = await Mailbox.open();
    mailbox.refuse = () => ({ code: 550, message: 'No such mailbox' });
    await rotateAll({ SMTP_URL: mailbox.url });
    await command.prints(/was not sent/);
    await command.stop();
    await mailbox.close();
    expect(entries()).toMatchObject([
      {
        level: 'error',
        message: expect.stringMatching(
          /^Mail to chief@example\.com was not sent: All your API keys were rotated: .*No such mailbox/,
        ),
      },
    ]);
  });
});
