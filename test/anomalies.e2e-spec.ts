import { AnomalyWatch } from '../src/anomalies/anomaly-watch.js';
import { MetricsServer } from '../src/metrics/metrics-server.js';
import { Mailbox } from './support/mailbox.js';
import { Replica } from './support/replica.js';
import { Scrape } from './support/scrape.js';
import { TestService } from './support/test-service.js';
import { eventually, until } from './support/until.js';

const HOUR_MS = 3_600_000;
/** Later than every learning time, and a full minute. */
const LATER = Math.floor(Date.now() / 60_000) * 60_000 + 48 * HOUR_MS;

describe('What is unusual for a key', () => {
  let service: TestService;
  let mailbox: Mailbox;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({
      env: { METRICS_PORT: '0', SMTP_URL: mailbox.url, ANOMALY_REFUSALS: '20' },
    });
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  const look = (now: number) => service.service.app.get(AnomalyWatch, { strict: false }).look(now);
  const anomaliesOf = (keyId: string) =>
    service.auditRows(`action LIKE 'anomaly.%' AND key_id = $1`, [keyId]);
  const times = (count: number, call: () => Promise<unknown>) =>
    Promise.all(Array.from({ length: count }, call));
  const counted = async (kind: string) => {
    const { url } = service.service.app.get(MetricsServer, { strict: false });
    return new Scrape(await (await fetch(url!)).text()).sum('bouncer_anomalies_total', { kind });
  };

  /** A key that has called `whoami` twice in each of 20 minutes, two days ago. */
  async function usedKey(scopes = ['documents:read'], fields: Record<string, unknown> = {}) {
    const user = await service.createUser(fields);
    const key = await service.createKey(user, scopes);
    for (let minute = 0; minute < 20; minute++) {
      await times(2, () => service.call(key.apiKey, 'whoami'));
      await look(LATER - 47 * HOUR_MS + minute * 60_000);
    }
    expect(await anomaliesOf(key.id)).toEqual([]);
    return { user, ...key };
  }

  it('is a rate far above its own past: a row, a mail to the owner and a number, once an hour', async () => {
    const { id, apiKey, user, start } = await usedKey();
    const before = await counted('rate');
    await times(40, () => service.call(apiKey, 'whoami'));
    await look(LATER);
    await times(40, () => service.call(apiKey, 'whoami'));
    await look(LATER + 60_000);
    const rows = await anomaliesOf(id);
    expect(rows).toMatchObject([
      {
        action: 'anomaly.rate',
        outcome: 'success',
        elevated: false,
        user_id: user.id,
        key_start: start,
        resource: `api_key:${id}`,
        tool: null,
        ip: null,
        metadata: { callsPerMinute: 40, usualPerMinute: 2 },
      },
    ]);
    await until(() => mailbox.mailsTo(user.email).length > 0);
    expect(mailbox.mailsTo(user.email)).toHaveLength(1);
    const [mail] = mailbox.mailsTo(user.email);
    expect(mail!.subject).toBe('Your API key "Spec key" is used in an unusual way');
    expect(mail!.text).toContain('It made 40 calls in a minute. Usual for it are 2.');
    expect(mail!.source).not.toContain(apiKey);
    expect((await counted('rate')) - before).toBe(1);
  });

  it('is reported again after an hour, if it goes on', async () => {
    const { id, apiKey } = await usedKey();
    for (const after of [0, 0.5 * HOUR_MS, HOUR_MS]) {
      await times(40, () => service.call(apiKey, 'whoami'));
      await look(LATER + after);
    }
    expect(await anomaliesOf(id)).toHaveLength(2);
  });

  it('pauses nothing, and is no call of the key', async () => {
    const { id, apiKey } = await usedKey();
    await times(40, () => service.call(apiKey, 'whoami'));
    await look(LATER);
    expect(await anomaliesOf(id)).toHaveLength(1);
    expect((await service.call(apiKey, 'whoami')).status).toBe(200);
    await service.auditRows();
    const usage = await service.request('GET', `/api/mcp/keys/${id}/usage`, { key: service.adminKey });
    expect(usage.body.perTool.map(({ action }: { action: string }) => action)).toEqual(['tools/call']);
    expect(usage.body.calls).toBe(81);
  });

  it('is a burst of refusals, also of a key that is new', async () => {
    const user = await service.createUser();
    const { id, apiKey } = await service.createKey(user, ['documents:read']);
    await times(20, () => service.call(apiKey, 'documents_delete', { id: 'x' }));
    await look(LATER);
    expect(await anomaliesOf(id)).toMatchObject([
      { action: 'anomaly.refusals', metadata: { refusalsPerMinute: 20 }, user_id: user.id },
    ]);
    await until(() => mailbox.mailsTo(user.email).length > 0);
    expect(mailbox.mailsTo(user.email)).toHaveLength(1);
  });

  it('is a burst of refusals by a key that works no more', async () => {
    const user = await service.createUser();
    const { id, apiKey } = await service.createKey(user, ['documents:read']);
    await service.request('DELETE', `/api/mcp/keys/${id}`, { key: service.adminKey });
    await times(20, () => service.call(apiKey, 'whoami'));
    await look(LATER);
    expect(await anomaliesOf(id)).toMatchObject([{ action: 'anomaly.refusals', user_id: user.id }]);
  });

  it('is a burst of refusals from an address without a key, which nobody is written of', async () => {
    const unsent = () => service.query('SELECT FROM mail_outbox');
    await eventually(unsent, ({ length }) => length === 0);
    const mails = mailbox.mails.length;
    await times(25, () => service.request('GET', '/api/users'));
    await look(LATER);
    const rows = await service.auditRows(`action LIKE 'anomaly.%' AND key_id IS NULL`);
    expect(rows).toMatchObject([
      {
        action: 'anomaly.refusals',
        ip: '127.0.0.1',
        user_id: null,
        resource: 'address:127.0.0.1',
        metadata: { refusalsPerMinute: 25 },
      },
    ]);
    expect(await unsent()).toEqual([]);
    expect(mailbox.mails).toHaveLength(mails);
  });

  it('is the first use of a tool, in one row for all of a minute', async () => {
    const { id, apiKey } = await usedKey();
    await service.call(apiKey, 'documents_search', { query: 'x' });
    await service.call(apiKey, 'documents_list');
    await service.call(apiKey, 'documents_delete', { id: 'x' });
    await service.call(apiKey, 'made_up');
    await look(LATER);
    await service.call(apiKey, 'documents_search', { query: 'x' });
    await look(LATER + 2 * HOUR_MS);
    expect(await anomaliesOf(id)).toMatchObject([
      { action: 'anomaly.first_tool', metadata: { tools: ['documents_list', 'documents_search'] } },
    ]);
  });

  it('is the first use of an elevated scope', async () => {
    const { id, apiKey, user } = await usedKey(['documents:read', 'keys:write']);
    const body = { name: 'Another', scopes: ['documents:read'] };
    expect((await service.request('POST', '/api/mcp/keys', { key: apiKey, body })).status).toBe(201);
    await look(LATER);
    expect(await anomaliesOf(id)).toMatchObject([
      { action: 'anomaly.first_elevated', elevated: false, metadata: { scopes: ['keys:write'] } },
    ]);
    expect(mailbox.mailsTo(user.email)).toEqual([]);
  });

  it('is counted over all replicas, and reported by one of them', async () => {
    const { id, apiKey } = await usedKey();
    const replica = await Replica.of(service, [], { ANOMALY_REFUSALS: '20' });
    await Promise.all([
      times(20, () => service.call(apiKey, 'whoami')),
      times(20, () => replica.call(apiKey, 'whoami')),
    ]);
    // Neither has seen more than the fewest calls that can be unusual.
    await Promise.all([look(LATER), replica.service.app.get(AnomalyWatch, { strict: false }).look(LATER)]);
    await replica.flush();
    await replica.stop();
    expect(await anomaliesOf(id)).toMatchObject([
      { action: 'anomaly.rate', metadata: { callsPerMinute: 40, usualPerMinute: 2 } },
    ]);
  });

  it('is nothing for a key that is new, whatever it uses', async () => {
    const { id, apiKey } = await service.createKey(await service.createUser(), [
      'documents:read',
      'keys:read',
    ]);
    await times(60, () => service.call(apiKey, 'documents_search', { query: 'x' }));
    await look(LATER);
    expect(await anomaliesOf(id)).toEqual([]);
  });

  it('does not report itself, and is quiet when nothing happens', async () => {
    await look(LATER + 24 * HOUR_MS);
    const before = await service.auditRows(`action LIKE 'anomaly.%'`);
    for (let minute = 1; minute < 5; minute++) await look(LATER + 24 * HOUR_MS + minute * 60_000);
    expect(await service.auditRows(`action LIKE 'anomaly.%'`)).toHaveLength(before.length);
  });
});

describe('The detection of anomalies', () => {
  it('is off where ANOMALY_DETECTION=false', async () => {
    const service = await TestService.start({ env: { ANOMALY_DETECTION: 'false', ANOMALY_REFUSALS: '1' } });
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    await service.call(apiKey, 'documents_delete', { id: 'x' });
    await service.service.app.get(AnomalyWatch, { strict: false }).look();
    expect(await service.auditRows(`action LIKE 'anomaly.%'`)).toEqual([]);
    expect(await service.query('SELECT * FROM key_habits')).toEqual([]);
    await service.stop();
  });

  it('keeps what it learned over a restart', async () => {
    const service = await TestService.start();
    const { id, apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    await service.call(apiKey, 'whoami');
    // The service that stops looks once more.
    await service.service.app.get(AnomalyWatch, { strict: false }).onModuleDestroy();
    expect(await service.query('SELECT calls, tools FROM key_habits WHERE key_id = $1', [id])).toEqual([
      { calls: 1, tools: ['whoami'] },
    ]);
    await service.stop();
  });
});
