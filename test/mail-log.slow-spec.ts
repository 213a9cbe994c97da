import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { listener } from './support/listener.js';
import { Mailbox } from './support/mailbox.js';
import { Command, startProcess } from './support/process.js';

describe('The log shows', () => {
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

  /** Rotates the first admin's key, which is the only key of a new service. */
  const rotateAll = async (env: Record<string, string>): Promise<string> => {
    const started = await startProcess({
      env: {
        NODE_ENV: 'production',
        SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
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

  it('the mail itself as one entry, without a key, if SMTP_URL is not set', async () => {
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

  it('that a mail which could not be sent before the service stops waits for the next start', async () => {
    const silent = await listener('say nothing');
    await rotateAll({ SMTP_URL: `smtp://user:hunter2@127.0.0.1:${silent.port}` });
    await silent.asked;
    expect(await command.stop()).toBe(0);
    expect(entries()).toMatchObject([
      {
        level: 'warn',
        message: 'Mail to chief@example.com waits for the next start: All your API keys were rotated',
      },
    ]);
    expect(command.output).not.toContain('hunter2');
    void silent.close();
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'no loss of a mail that waited when %s ended the service: the next start sends it, once',
    async (signal) => {
      const silent = await listener('say nothing');
      const apiKey = await rotateAll({ SMTP_URL: `smtp://127.0.0.1:${silent.port}` });
      await silent.asked;
      await command.stop(signal);
      await silent.close();
      const waiting = await query<{ recipient: string }>(database.ownerUrl, 'SELECT * FROM mail_outbox');
      expect(waiting).toMatchObject([{ recipient: 'chief@example.com' }]);
      expect(JSON.stringify(waiting)).not.toMatch(/mcp_\w{45,}/);
      const mailbox = await Mailbox.open(silent.port);
      const started = await startProcess({
        env: {
          NODE_ENV: 'production',
          SECRETS_KEY: 'a-key-that-only-specs-and-tests-use',
          DATABASE_URL: database.url,
          SMTP_URL: mailbox.url,
        },
      });
      command = started.command;
      const [mail] = await mailbox.waitFor('chief@example.com');
      expect(mail!.subject).toBe('All your API keys were rotated');
      await command.stop();
      await mailbox.close();
      expect(mailbox.mails).toHaveLength(1);
      expect(mail!.source).not.toContain(apiKey);
      expect(await query(database.ownerUrl, 'SELECT id FROM mail_outbox')).toEqual([]);
    },
  );

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
