import { Client } from 'pg';
import { ExpiryNotifier } from '../src/api-keys/expiry.notifier.js';
import { KeyAddresses } from '../src/api-keys/key-addresses.js';
import { LastUsedRecorder } from '../src/api-keys/last-used.recorder.js';
import { readSettings } from '../src/config/settings.js';
import { type RunningService, startService } from '../src/server/http-service.js';
import { Mailbox } from './support/mailbox.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const KEYS = '/api/mcp/keys';
const RAW_KEY = /_[0-9A-Za-z]{45,}/;
const inDays = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString();

describe('The owner of a key is notified by mail', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let owner: TestUser;
  let env: Record<string, string>;
  /** Holds everything that runs, so that it can be stopped once. */
  let running: { stop(): Promise<void> }[];

  beforeEach(async () => {
    mailbox = await Mailbox.open();
    env = {
      SMTP_URL: mailbox.url,
      MAIL_FROM: 'Bouncer <door@example.com>',
      TRUST_PROXY: '127.0.0.1',
    };
    service = await TestService.start({ env });
    running = [service];
    owner = await service.createUser({ name: 'Ada' });
  });
  afterEach(async () => {
    await stopAll();
    await mailbox.close();
  });

  const stopAll = async () => {
    // The replica stops first, because the service drops the database.
    for (const each of running.splice(0).toReversed()) await each.stop();
  };
  const request = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, path, { key, ...(body !== undefined && { body }) });
  const startReplica = async (): Promise<RunningService> => {
    const replica = await startService(
      readSettings({ NODE_ENV: 'test', PORT: '0', DATABASE_URL: service.database.url, ...env }),
    );
    running.push(replica);
    return replica;
  };
  /** Stops the service, which sends all accepted mails. @returns the mails to the owner */
  const allMails = async () => {
    await stopAll();
    for (const { source, text, subject } of mailbox.mails) {
      for (const part of [source, text, subject]) expect(part).not.toMatch(RAW_KEY);
    }
    return mailbox.mailsTo(owner.email);
  };

  describe('about a rotation', () => {
    it('of one key, with the name and the start of the old and the new one, and who did it', async () => {
      const manager = await service.createKey(owner, ['keys:*', 'read'], { name: 'Manager' });
      const old = await service.createKey(owner, ['read'], { name: 'Laptop' });
      const { body } = await request('POST', `${KEYS}/${old.id}/rotate`, manager.apiKey, {
        gracePeriodSeconds: 600,
      });
      const [mail, ...more] = await allMails();
      expect(more).toEqual([]);
      expect(mail).toMatchObject({
        from: 'door@example.com',
        subject: 'Your API key "Laptop" was rotated',
        headers: { 'auto-submitted': 'auto-generated' },
      });
      for (const part of [
        'Hello Ada,',
        `"Laptop" (${old.start}...)`,
        `"Laptop" (${body.start}...)`,
        body.expiresAt,
        '600 seconds',
        `${owner.email} with the key "Manager" (${manager.start}...)`,
      ]) {
        expect(mail!.text.replaceAll('\r\n', '\n')).toContain(part);
      }
      expect(mail!.source).not.toContain(body.apiKey);
    });

    it('of all keys, with the name and the start of each valid one', async () => {
      const manager = await service.createKey(owner, ['keys:*', 'read'], { name: 'Manager' });
      const laptop = await service.createKey(owner, ['read'], { name: 'Laptop' });
      const revoked = await service.createKey(owner, ['read'], { name: 'Revoked' });
      await request('DELETE', `${KEYS}/${revoked.id}`, manager.apiKey);
      const { status, body } = await request('POST', `${KEYS}/rotate`, manager.apiKey);
      expect(status).toBe(201);
      const mails = await allMails();
      expect(mails.map(({ subject }) => subject)).toEqual(['All your API keys were rotated']);
      const { text } = mails[0]!;
      for (const { start } of [manager, laptop, body]) expect(text).toContain(start);
      expect(text).not.toContain(revoked.start);
    });

    it('only if the rotation was not refused', async () => {
      const old = await service.createKey(owner, ['read', 'write']);
      const narrow = await service.createKey(owner, ['keys:*', 'read']);
      expect((await request('POST', `${KEYS}/${old.id}/rotate`, narrow.apiKey, {})).status).toBe(403);
      expect((await request('POST', `${KEYS}/rotate`, narrow.apiKey)).status).toBe(403);
      expect(await allMails()).toEqual([]);
    });

    it('without any key or forged line that somebody put into a name', async () => {
      const other = await service.createKey(await service.createUser(), ['read']);
      const name = `Mine\r\nBcc: x@example.com\r\n${other.apiKey}`;
      const { id } = await service.createKey(owner, ['read']);
      // Such a name may be stored from before they were refused.
      await service.query('UPDATE api_keys SET name = $2 WHERE id = $1', [id, name]);
      await request('POST', `${KEYS}/${id}/rotate`, service.adminKey, {});
      const [mail] = await allMails();
      expect(mail!.subject).toBe(`Your API key "Mine Bcc: x@example.com ${other.start}..." was rotated`);
      expect(mail!.source).not.toContain(other.apiKey);
      expect(mail!.source).not.toMatch(/^Bcc/m);
      expect(mailbox.asked).toEqual([owner.email]);
    });
  });

  describe('about its end within 7 days', () => {
    const checkOf = (of: RunningService) => of.app.get(ExpiryNotifier, { strict: false });

    it('once, however often and by however many replicas it is checked', async () => {
      const second = await startReplica();
      const keys = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          service.createKey(owner, ['read'], { name: `Key ${index}`, expiresAt: inDays(3) }),
        ),
      );
      const checks = [service.service, second].map(checkOf);
      await Promise.all([...checks, ...checks, ...checks].map((notifier) => notifier.check()));
      for (const notifier of checks) expect(await notifier.check()).toBe(0);
      const mails = await allMails();
      expect(mails).toHaveLength(keys.length);
      const texts = mails.map(({ text }) => text).join('\n');
      for (const { start, expiresAt } of keys) {
        expect(texts.split(start)).toHaveLength(2);
        expect(texts).toContain(expiresAt!);
      }
    });

    it('by the service itself, beginning at its start', async () => {
      await service.createKey(owner, ['read'], { name: 'Laptop', expiresAt: inDays(3) });
      await startReplica();
      const [mail] = await mailbox.waitFor(owner.email);
      expect(mail!.subject).toBe(`Your API key "Laptop" ends on ${inDays(3).slice(0, 10)}`);
      expect(await allMails()).toHaveLength(1);
    });

    it('again when its expiry is changed', async () => {
      const { id } = await service.createKey(owner, ['read'], { expiresAt: inDays(60) });
      const check = checkOf(service.service);
      const change = (body: object) => request('PATCH', `${KEYS}/${id}`, service.adminKey, body);
      await change({ expiresAt: inDays(3) });
      expect(await check.check()).toBe(1);
      await change({ name: 'Renamed' });
      expect(await check.check()).toBe(0);
      await change({ expiresAt: inDays(30) });
      expect(await check.check()).toBe(0);
      await change({ expiresAt: inDays(4) });
      expect(await check.check()).toBe(1);
      expect(await allMails()).toHaveLength(2);
    });

    it('for all keys, even if more are due than are claimed at a time', async () => {
      await service.query(
        `INSERT INTO api_keys (id, user_id, name, key_hash, start, scopes, expires_at)
         SELECT gen_random_uuid(), $1, 'Key ' || n, sha256(n::text::bytea), 'mcp_' || n, '{read}', now() + interval '1 day'
         FROM generate_series(1, 120) n`,
        [owner.id],
      );
      expect(await checkOf(service.service).check()).toBe(120);
      await mailbox.waitFor(owner.email, 120);
      expect(await allMails()).toHaveLength(120);
    });

    it('but not for a key that ends later or never, has ended, or was revoked, replaced or disabled, nor if the owner is deactivated', async () => {
      const leaver = await service.createUser();
      const soon = { expiresAt: inDays(3) };
      const revoked = await service.createKey(owner, ['read'], soon);
      const replaced = await service.createKey(owner, ['read'], soon);
      const disabled = await service.createKey(owner, ['read'], soon);
      const ended = await service.createKey(owner, ['read'], soon);
      const endless = await service.createKey(owner, ['read']);
      await service.createKey(owner, ['read'], { expiresAt: inDays(7.1) });
      await service.createKey(leaver, ['read'], soon);
      await service.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [revoked.id]);
      await service.query('UPDATE api_keys SET replaced_by = id WHERE id = $1', [replaced.id]);
      await service.query('UPDATE api_keys SET enabled = false WHERE id = $1', [disabled.id]);
      await service.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [ended.id]);
      await service.query('UPDATE api_keys SET expires_at = NULL WHERE id = $1', [endless.id]);
      await service.query('UPDATE users SET is_active = false WHERE id = $1', [leaver.id]);
      expect(await checkOf(service.service).check()).toBe(0);
      await allMails();
      expect(mailbox.mails).toEqual([]);
    });
  });

  describe('about a use from a new address', () => {
    const flush = () => service.service.app.get(LastUsedRecorder, { strict: false }).flush();
    const use = async (key: string, from: string) => {
      const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': from };
      expect((await service.request('GET', '/api/me', { headers })).status).toBe(200);
    };
    const usedFrom = async (id: string): Promise<string[]> => {
      const [row] = await service.query<{ used_from: string[] }>(
        'SELECT used_from FROM api_keys WHERE id = $1',
        [id],
      );
      return row!.used_from;
    };

    it('once for each address except the first one', async () => {
      const key = await service.createKey(owner, ['read'], { name: 'Laptop' });
      await use(key.apiKey, '203.0.113.1');
      await flush();
      for (const from of ['203.0.113.1', '203.0.113.2', '::ffff:203.0.113.1', '203.0.113.2']) {
        await use(key.apiKey, from);
        await flush();
      }
      const mails = await allMails();
      expect(mails.map(({ subject }) => subject)).toEqual([
        'Your API key "Laptop" was used from a new address',
      ]);
      expect(mails[0]!.text).toContain('- 203.0.113.2');
      expect(mails[0]!.text).not.toContain('203.0.113.1');
      expect(mails[0]!.text).toContain(`"Laptop" (${key.start}...)`);
    });

    it('by the /64 of an IPv6 address', async () => {
      const key = await service.createKey(owner, ['read']);
      for (const from of ['2001:db8:0:1::1', '2001:db8:0:1:ffff::2', '2001:db8:0:2::1']) {
        await use(key.apiKey, from);
        await flush();
      }
      expect(await usedFrom(key.id)).toEqual(['2001:db8:0:1::/64', '2001:db8:0:2::/64']);
      const mails = await allMails();
      expect(mails).toHaveLength(1);
      expect(mails[0]!.text).toContain('- 2001:db8:0:2::/64');
    });

    it('with the write of lastUsedAt, in one mail for all new addresses since the last write', async () => {
      const key = await service.createKey(owner, ['read']);
      for (const last of [1, 2, 3, 2, 1]) await use(key.apiKey, `203.0.113.${last}`);
      expect(await usedFrom(key.id)).toEqual([]);
      await flush();
      expect(await usedFrom(key.id)).toEqual(['203.0.113.1', '203.0.113.2', '203.0.113.3']);
      const [mail, ...more] = await allMails();
      expect(more).toEqual([]);
      expect(mail!.text.replaceAll('\r\n', '\n')).toContain('- 203.0.113.2\n- 203.0.113.3\n');
    });

    it('once, even if several replicas see it at the same time', async () => {
      const key = await service.createKey(owner, ['read']);
      await use(key.apiKey, '203.0.113.1');
      await flush();
      const both = [service.service, await startReplica()];
      const client = new Client({ connectionString: service.database.url });
      await client.connect();
      await client.query('BEGIN');
      await client.query('SELECT FROM api_keys FOR UPDATE');
      const uses = new Map([[key.id, new Set(['203.0.113.2'])]]);
      const told = Promise.all(
        both.map(({ app }) => app.get(KeyAddresses, { strict: false }).remember(uses)),
      );
      // Both run concurrently, so neither can have seen what the other one is about to write.
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      await eventually(
        () => service.query(waiting),
        (sessions) => sessions.length >= 2,
      );
      await client.query('COMMIT');
      await told;
      await client.end();
      expect(await usedFrom(key.id)).toEqual(['203.0.113.1', '203.0.113.2']);
      expect(await allMails()).toHaveLength(1);
    });

    it('when the service stops as well', async () => {
      const key = await service.createKey(owner, ['read']);
      for (const from of ['203.0.113.1', '203.0.113.2']) await use(key.apiKey, from);
      expect(await allMails()).toHaveLength(1);
    });

    it('but not for an address that the key may not be used from', async () => {
      const key = await service.createKey(owner, ['read'], { ipAllowlist: ['203.0.113.0/24'] });
      await use(key.apiKey, '203.0.113.1');
      await flush();
      const refused = await service.request('GET', '/api/me', {
        key: key.apiKey,
        headers: { 'x-forwarded-for': '198.51.100.1' },
      });
      expect([refused.status, refused.body.code]).toEqual([403, 'ip_not_allowed']);
      await flush();
      expect(await usedFrom(key.id)).toEqual(['203.0.113.1']);
      expect(await allMails()).toEqual([]);
    });

    it('while a bounded number of addresses is stored', async () => {
      const key = await service.createKey(owner, ['read']);
      for (let third = 0; third < 4; third++) {
        for (let last = 0; last < 20; last++) await use(key.apiKey, `203.0.${third}.${last}`);
        await flush();
      }
      const kept = await usedFrom(key.id);
      expect(kept).toHaveLength(50);
      expect(kept.at(-1)).toBe('203.0.3.19');
      await allMails();
    });
  });
});
