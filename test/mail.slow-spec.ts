import { readSettings } from '../src/config/settings.js';
import { MailSender } from '../src/mail/mail.sender.js';
import { startService } from '../src/server/http-service.js';
import { Mailbox } from './support/mailbox.js';
import { listener } from './support/listener.js';
import { TestService, type TestUser } from './support/test-service.js';
import { until } from './support/until.js';

const rotate = (service: TestService, { id }: { id: string }) =>
  service.request('POST', `/api/mcp/keys/${id}/rotate`, { key: service.adminKey });

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

  it('keeps a mail while the SMTP server is down, does not delay requests, and sends it when the server is available again', async () => {
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

  it('contains no mail of a change that was not committed', async () => {
    mailbox = await Mailbox.open();
    const key = await start(mailbox.port);
    const role = new URL(service.database.url).username;
    await service.query(`REVOKE INSERT ON audit_events FROM "${role}"`);
    expect((await rotate(service, key)).status).toBe(503);
    expect(await service.query('SELECT id FROM mail_outbox')).toEqual([]);
    await service.stop();
    expect(mailbox.asked).toEqual([]);
  });

  it('sends each mail once, whichever of several replicas does it', async () => {
    mailbox = await Mailbox.open();
    await start(mailbox.port);
    const replica = await startService(
      readSettings({
        NODE_ENV: 'test',
        PORT: '0',
        DATABASE_URL: service.database.url,
        SMTP_URL: mailbox.url,
      }),
    );
    await service.query(
      `INSERT INTO mail_outbox (id, recipient, subject, body)
       SELECT gen_random_uuid(), $1, 'Mail ' || n, 'Text' FROM generate_series(1, 40) n`,
      [owner.email],
    );
    for (const { app } of [service.service, replica]) app.get(MailSender, { strict: false }).wake();
    await mailbox.waitFor(owner.email, 40);
    await replica.stop();
    await service.stop();
    expect(new Set(mailbox.mails.map(({ subject }) => subject)).size).toBe(40);
    expect(mailbox.mails).toHaveLength(40);
  });

  it('discards a mail after too many tries, or after a week', async () => {
    mailbox = await Mailbox.open();
    await start(mailbox.port);
    mailbox.refuse = () => ({ code: 451, message: 'Not yet' });
    await service.query(
      `INSERT INTO mail_outbox (id, recipient, subject, body, attempts, created_at) VALUES
         (gen_random_uuid(), 'often@example.com', 'Often', 'Text', 9, now()),
         (gen_random_uuid(), 'old@example.com', 'Old', 'Text', 0, now() - interval '8 days')`,
    );
    service.service.app.get(MailSender, { strict: false }).wake();
    await until(async () => (await service.query('SELECT id FROM mail_outbox')).length === 0);
    expect(mailbox.asked).toEqual(['often@example.com']);
    await service.stop();
  });

  it('holds a bounded number of mails, beyond which changes still succeed without a mail', async () => {
    mailbox = await Mailbox.open();
    const key = await start(mailbox.port);
    await service.query(
      `INSERT INTO mail_outbox (id, recipient, subject, body, due_at)
       SELECT gen_random_uuid(), 'a@example.com', 'Mail', 'Text', now() + interval '1 hour' FROM generate_series(1, 10000)`,
    );
    expect((await rotate(service, key)).status).toBe(201);
    const [row] = await service.query<{ count: number }>('SELECT count(*)::int AS count FROM mail_outbox');
    expect(row!.count).toBe(10_000);
    await service.stop();
  });

  it('does not retry a mail that the server refuses for good, and sends the others', async () => {
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
