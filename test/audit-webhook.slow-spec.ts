import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { AuditWebhook } from '../src/audit/webhook/audit-webhook.js';
import { readSettings } from '../src/config/settings.js';
import { EMPTY_RECORD } from './support/empty-record.js';
import { TestService } from './support/test-service.js';

const KEY = Buffer.from('a key of thirty-two bytes, or so');
const SECRET = `whsec_${KEY.toString('base64')}`;
const QUICK = { AUDIT_WEBHOOK_RETRY_SECONDS: '0,0,0' };

interface Message {
  path: string;
  headers: IncomingHttpHeaders;
  events: Record<string, any>[];
  status: number;
}

/** Runs a receiver that accepts only messages that are signed as the standard requires. */
class Receiver {
  readonly messages: Message[] = [];
  /** The statuses of the next answers; afterwards it answers 204. */
  statuses: number[] = [];
  /** Whether it answers at all. */
  silent = false;

  private constructor(
    private readonly server: Server,
    private readonly key: Buffer,
  ) {}

  static async open(key = KEY): Promise<Receiver> {
    const server = createServer((request, answer) => {
      const receive = (body: string) => {
        const status = receiver.judge(request.headers, body);
        receiver.messages.push({
          path: request.url!,
          headers: request.headers,
          status,
          events: JSON.parse(body).events,
        });
        if (receiver.silent) return;
        answer.writeHead(status, { location: `${receiver.url}/elsewhere` }).end();
      };
      void text(request).then(receive);
    });
    const receiver = new Receiver(server, key);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  get taken(): Record<string, any>[] {
    return this.messages.filter(({ status }) => status === 204).flatMap(({ events }) => events);
  }

  async until(done: () => boolean, ms = 20_000): Promise<void> {
    const deadline = Date.now() + ms;
    while (!done()) {
      if (Date.now() > deadline) throw new Error(`Waited in vain, after ${this.messages.length} messages`);
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private judge(headers: IncomingHttpHeaders, body: string): number {
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    const expected = createHmac('sha256', this.key)
      .update(`${id as string}.${timestamp as string}.${body}`)
      .digest();
    const [version, given = ''] = (signature as string).split(',');
    const good = version === 'v1' && timingSafeEqual(Buffer.from(given, 'base64'), expected);
    if (!good || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return 401;
    return this.statuses.shift() ?? 204;
  }
}

describe('The audit webhook', () => {
  let receiver: Receiver;
  let service: TestService;
  let folder: string;
  let stopped: boolean;

  const start = async (env: Record<string, string> = {}) => {
    service = await TestService.start({
      env: {
        DATA_DIR: folder,
        AUDIT_WEBHOOK_URL: receiver.url,
        AUDIT_WEBHOOK_SECRET: SECRET,
        ...QUICK,
        ...env,
      },
    });
  };
  const stop = async () => {
    if (!stopped) await service.stop();
    stopped = true;
  };
  const state = () => service.service.app.get(AuditWebhook, { strict: false }).state()!;
  const path = () => join(folder, 'audit', 'dead-letter.ndjson');
  const deadLetters = async () =>
    (await readFile(path(), 'utf8'))
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { id: string });
  const rowIds = async () => (await service.auditRows()).map(({ id }) => id);
  const idsOf = (events: Record<string, any>[]) => events.map(({ id }) => id as string);

  beforeEach(async () => {
    stopped = false;
    folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
    receiver = await Receiver.open();
  });
  afterEach(async () => {
    await stop();
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('receives every committed row, signed, in batches of at most 100, with the members of the list', async () => {
    await start();
    await Promise.all(Array.from({ length: 250 }, () => service.call(service.adminKey, 'whoami')));
    const ids = await rowIds();
    await receiver.until(() => receiver.taken.length >= ids.length);
    expect(idsOf(receiver.taken).sort()).toEqual(ids.sort());
    expect(receiver.messages.every(({ events, status }) => events.length <= 100 && status === 204)).toBe(
      true,
    );
    expect(new Set(receiver.messages.map(({ headers }) => headers['webhook-id'])).size).toBe(
      receiver.messages.length,
    );
    const { body } = await service.request('GET', '/api/audit?tool=whoami&limit=1', {
      key: service.adminKey,
    });
    const { recordedAt: _, ...listed } = body.events[0];
    expect(receiver.taken.find(({ id }) => id === listed.id)).toEqual(listed);
    await receiver.until(() => state().delivered === receiver.taken.length);
    expect(state()).toEqual({
      delivered: receiver.taken.length,
      pending: expect.any(Number),
      deadLettered: 0,
    });
  });

  it('accepts a secret in plain text as well', async () => {
    await receiver.close();
    receiver = await Receiver.open(Buffer.from('sixteen letters!'));
    await start({ AUDIT_WEBHOOK_SECRET: 'sixteen letters!' });
    await service.call(service.adminKey, 'whoami');
    await receiver.until(() => state().delivered > 0);
    expect(receiver.taken.length).toBeGreaterThan(0);
  });

  it('is retried with the same id until it succeeds, and follows no redirect', async () => {
    receiver.statuses = [500, 307];
    await start();
    await service.call(service.adminKey, 'whoami');
    await receiver.until(() => receiver.taken.length > 0);
    expect(receiver.messages.slice(0, 3).map(({ status }) => status)).toEqual([500, 307, 204]);
    expect(new Set(receiver.messages.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.messages.map(({ path }) => path))).toEqual(new Set(['/']));
    expect(state().deadLettered).toBe(0);
  });

  it('that always fails is given up after four tries, and its events are stored in a file that only this user can read', async () => {
    receiver.statuses = Array<number>(100).fill(503);
    await start();
    await service.call(service.adminKey, 'whoami');
    await receiver.until(() => state().deadLettered > 0);
    expect(receiver.messages).toHaveLength(4);
    const lost = await deadLetters();
    expect(idsOf(lost)).toEqual(idsOf(receiver.messages[0]!.events));
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    const { body } = await service.request('GET', '/health/ready');
    expect([body.status, body.checks.webhook.deadLettered]).toEqual(['ok', lost.length]);
  });

  it('is retried after 1, 5 and 30 seconds by default', () => {
    stopped = true;
    expect(readSettings({}).audit.webhookRetryMs).toEqual([1_000, 5_000, 30_000]);
  });

  it('leaves the pending events in the file when the service stops, without a long delay', async () => {
    receiver.silent = true;
    await start();
    for (let call = 0; call < 150; call++) await service.call(service.adminKey, 'whoami');
    const ids = await rowIds();
    const begun = Date.now();
    await stop();
    expect(Date.now() - begun).toBeLessThan(6_000);
    const kept = new Set(idsOf(await deadLetters()));
    expect(ids.filter((id) => !kept.has(id))).toEqual([]);
  });

  it('receives the pending events when the service stops, if it responds', async () => {
    await start();
    await service.call(service.adminKey, 'whoami');
    const ids = await rowIds();
    await stop();
    expect(ids.filter((id) => !idsOf(receiver.taken).includes(id))).toEqual([]);
    await expect(stat(path())).rejects.toThrow('ENOENT');
  });

  it('that is slow or refuses does not slow down calls, and loses no events', async () => {
    receiver.silent = true;
    await start();
    const rows = 12_000;
    const writer = service.service.app.get(AuditWriter, { strict: false });
    for (let row = 0; row < rows; row++) void writer.add(EMPTY_RECORD);
    await writer.flush();
    expect(writer.state().pending).toBe(0);
    expect(state().pending).toBeLessThanOrEqual(10_100);
    await receiver.until(() => state().deadLettered >= 1_900);
    expect(state().deadLettered).toBeGreaterThanOrEqual(1_900);
    expect((await service.call(service.adminKey, 'whoami')).status).toBe(200);
    await stop();
    expect(new Set(idsOf(await deadLetters())).size).toBeGreaterThanOrEqual(rows);
  });

  it.each([
    [{ AUDIT_WEBHOOK_URL: 'https://example.org' }, 'AUDIT_WEBHOOK_SECRET'],
    [{ AUDIT_WEBHOOK_SECRET: SECRET }, 'AUDIT_WEBHOOK_URL'],
    [{ AUDIT_WEBHOOK_URL: 'https://example.org', AUDIT_WEBHOOK_SECRET: 'fifteen letters' }, 'at least 16'],
    [{ AUDIT_WEBHOOK_URL: 'ftp://example.org', AUDIT_WEBHOOK_SECRET: SECRET }, 'AUDIT_WEBHOOK_URL'],
    [{ AUDIT_WEBHOOK_RETRY_SECONDS: '1,soon' }, 'AUDIT_WEBHOOK_RETRY_SECONDS'],
    [{ AUDIT_WEBHOOK_RETRY_SECONDS: '3601' }, 'AUDIT_WEBHOOK_RETRY_SECONDS'],
  ])('is not set by %j', async (env, message) => {
    stopped = true;
    expect(() => readSettings(env as unknown as Record<string, string>)).toThrow(message);
  });
});
