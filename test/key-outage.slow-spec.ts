import { Injectable, Module } from '@nestjs/common';
import { Client } from 'pg';
import { Authenticated } from '../src/access/access.decorators.js';
import { KeyRead } from '../src/api-keys/key-read.js';
import { KeyRing } from '../src/api-keys/key-ring.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { bringBack, takeAway } from './support/database.js';
import { TestService } from './support/test-service.js';

@Injectable()
class PlainTools {
  @Tool({ name: 'plain_run', description: 'Needs no database' })
  @Authenticated()
  run() {
    return 'ran';
  }
}

@Module({ providers: [PlainTools] })
class PlainModule {}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('While PostgreSQL is unavailable, a key', () => {
  const realNow = performance.now.bind(performance);
  let shift = 0;
  let service: TestService;
  let key: { id: string; apiKey: string };

  /** Moves the clock of the key ring forward. */
  const passSeconds = (seconds: number) => (shift += seconds * 1000);
  const call = async ({ apiKey } = key): Promise<[number, string | undefined]> => {
    const { status, body } = await service.call(apiKey, 'plain_run');
    return [status, body.error?.data.code ?? body.code];
  };
  const newKey = async (fields: Record<string, unknown> = {}) =>
    service.createKey(await service.createUser(), ['read'], fields);
  const start = async (env: Record<string, string> = {}) => {
    service = await TestService.start({ env: { COHERENCE: 'single', ...env }, modules: [PlainModule] });
    key = await newKey();
    expect(await call()).toEqual(GOOD);
  };
  const GOOD = [200, undefined];
  const AWAY = [503, 'database_unavailable'];
  const REFUSED = [401, 'invalid_api_key'];

  beforeAll(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => realNow() + shift);
  });
  afterAll(() => jest.restoreAllMocks());
  afterEach(async () => {
    await bringBack(service.database.name);
    await service.stop();
  });

  it('stays valid by what was last read of it, and is read again about once a second', async () => {
    await start();
    await takeAway(service.database.name);
    passSeconds(11);
    const reads = jest.spyOn(KeyRead.prototype, 'byHash');
    const began = Date.now();
    for (let n = 0; n < 400; n++) expect(await call()).toEqual(GOOD);
    const seconds = (Date.now() - began) / 1000;
    expect(reads.mock.calls.length).toBeGreaterThanOrEqual(1);
    expect(reads.mock.calls.length).toBeLessThanOrEqual(seconds + 2);
  });

  it('is valid for API_KEY_STALE_SECONDS after it was last read', async () => {
    await start({ API_KEY_STALE_SECONDS: '20' });
    await takeAway(service.database.name);
    passSeconds(19);
    expect(await call()).toEqual(GOOD);
    passSeconds(2);
    expect(await call()).toEqual(AWAY);
    await bringBack(service.database.name);
    expect(await call()).toEqual(GOOD);
  });

  it('is valid no longer than without an outage if API_KEY_STALE_SECONDS is 0', async () => {
    await start({ API_KEY_STALE_SECONDS: '0' });
    await takeAway(service.database.name);
    expect(await call()).toEqual(GOOD);
    passSeconds(11);
    expect(await call()).toEqual(AWAY);
  });

  it('is called neither invalid nor valid if it was not read before', async () => {
    await start();
    const other = await newKey();
    await takeAway(service.database.name);
    expect(await call(other)).toEqual(AWAY);
    passSeconds(11);
    expect(await call()).toEqual(GOOD);
    expect(await call(other)).toEqual(AWAY);
  });

  it('still expires at its time', async () => {
    await start();
    const brief = await newKey({ expiresAt: new Date(Date.now() + 2000).toISOString() });
    expect(await call(brief)).toEqual(GOOD);
    await takeAway(service.database.name);
    passSeconds(11);
    expect(await call(brief)).toEqual(GOOD);
    await wait(2000);
    expect(await call(brief)).toEqual(REFUSED);
  });

  it('that was refused stays refused', async () => {
    await start();
    const { adminKey } = service;
    const disabled = await newKey();
    await service.request('PATCH', `/api/mcp/keys/${disabled.id}`, {
      key: adminKey,
      body: { enabled: false },
    });
    expect(await call(disabled)).toEqual(REFUSED);
    await takeAway(service.database.name);
    passSeconds(11);
    expect(await call(disabled)).toEqual(REFUSED);
  });

  it('is not valid by data that was read before a change in this process', async () => {
    await start();
    await takeAway(service.database.name);
    passSeconds(11);
    expect(await call()).toEqual(GOOD);
    service.service.app.get(KeyRing, { strict: false }).forgetKey(key.id);
    expect(await call()).toEqual(AWAY);
  });

  it.each([
    ['revoked', 'UPDATE api_keys SET revoked_at = now() WHERE id = $1'],
    ['deleted', 'DELETE FROM api_keys WHERE id = $1'],
  ])(
    'that was %s in another process is refused once PostgreSQL is available and was queried',
    async (_, sql) => {
      await start();
      await takeAway(service.database.name);
      passSeconds(11);
      expect(await call()).toEqual(GOOD);
      await bringBack(service.database.name);
      await service.query(sql, [key.id]);
      passSeconds(1);
      // This call makes the ring read the key in the background.
      await call();
      await wait(300);
      expect(await call()).toEqual(REFUSED);
    },
  );

  it('that was not used since is read before it is valid again', async () => {
    await start();
    const other = await newKey();
    expect(await call(other)).toEqual(GOOD);
    await takeAway(service.database.name);
    passSeconds(11);
    expect(await call()).toEqual(GOOD);
    await bringBack(service.database.name);
    await service.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [other.id]);
    passSeconds(11);
    expect(await call(other)).toEqual(REFUSED);
  });

  it('is not valid when PostgreSQL answers with an error', async () => {
    await start();
    await service.query('REVOKE SELECT ON api_keys FROM bouncer');
    passSeconds(11);
    expect((await call())[0]).toBe(500);
    await service.query('GRANT SELECT ON api_keys TO bouncer');
    expect(await call()).toEqual(GOOD);
  });

  it('is valid while PostgreSQL does not answer, and only the first call waits for it', async () => {
    await start();
    const silence = new Client({ connectionString: service.database.ownerUrl });
    await silence.connect();
    await silence.query('BEGIN; LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE');
    passSeconds(11);
    const began = Date.now();
    expect(await call()).toEqual(GOOD);
    const first = Date.now() - began;
    for (let n = 0; n < 50; n++) expect(await call()).toEqual(GOOD);
    await silence.end();
    expect(first).toBeGreaterThan(4000);
    expect(Date.now() - began - first).toBeLessThan(2000);
  });
});
