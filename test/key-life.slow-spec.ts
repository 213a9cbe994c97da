import { createHash, randomBytes } from 'node:crypto';
import { HexKeyImporter } from '../src/api-keys/hex-key.importer.js';
import { CLIENTS } from './support/clients.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const KEYS = '/api/mcp/keys';

describe('The life of a key', () => {
  let service: TestService;
  let owner: TestUser;
  let manager: { id: string; apiKey: string };

  beforeAll(async () => {
    service = await TestService.start({ env: { API_KEY_MAX_PER_USER: '12', API_KEY_ACCEPT_HEX: 'true' } });
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    manager = await service.createKey(owner, ['keys:*', 'read', 'write']);
  });

  const send = (method: string, path: string, body?: unknown, key = manager.apiKey) =>
    service.request(method, path, { key, body });
  const works = async (key: string) => (await service.request('GET', '/api/me', { key })).status === 200;
  const keysLeft = async () =>
    (
      await service.query<{ id: string; revoked_at: Date | null }>(
        'SELECT * FROM api_keys WHERE user_id = $1',
        [owner.id],
      )
    )
      .filter((key) => key.revoked_at === null)
      .map(({ id }) => id);

  describe('with a grace period from the first use of its successor', () => {
    it('continues until then, and ends the given number of seconds later', async () => {
      const old = (await send('POST', KEYS, { name: 'Agent' })).body;
      const grace = { gracePeriodSeconds: 1, gracePeriodStart: 'first_use' };
      const next = (await send('POST', `${KEYS}/${old.id}/rotate`, grace)).body;
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(await works(old.apiKey)).toBe(true);
      expect(await works(next.apiKey)).toBe(true);
      const ended = async () => {
        const [row] = await service.query<{ ends: boolean }>(
          `SELECT expires_at <= now() + interval '1 second' AS ends FROM api_keys WHERE id = $1`,
          [old.id],
        );
        return row!.ends;
      };
      await eventually(ended, Boolean);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect(await works(old.apiKey)).toBe(false);
      expect(await works(next.apiKey)).toBe(true);
    });

    it('never ends later than it would have without a rotation', async () => {
      const expiresAt = new Date(Date.now() + 60_000).toISOString();
      const old = (await send('POST', KEYS, { name: 'Agent', expiresAt })).body;
      const grace = { gracePeriodSeconds: 3600, gracePeriodStart: 'first_use' };
      const next = (await send('POST', `${KEYS}/${old.id}/rotate`, grace)).body;
      await works(next.apiKey);
      const begun = async () =>
        (await service.query('SELECT id FROM api_keys WHERE id = $1 AND grace_of IS NULL', [next.id]))
          .length === 1;
      await eventually(begun, Boolean);
      expect((await send('GET', `${KEYS}/${old.id}`)).body.expiresAt).toBe(expiresAt);
    });

    it.each(['revoked', 'replaced'])('begins also when its successor is %s unused', async (how) => {
      const old = (await send('POST', KEYS, { name: 'Agent' })).body;
      const grace = { gracePeriodSeconds: 1, gracePeriodStart: 'first_use' };
      const next = (await send('POST', `${KEYS}/${old.id}/rotate`, grace)).body;
      if (how === 'revoked') await send('DELETE', `${KEYS}/${next.id}`);
      else await send('POST', `${KEYS}/${next.id}/rotate`, {});
      expect(await works(old.apiKey)).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect(await works(old.apiKey)).toBe(false);
    });

    it.each([{ gracePeriodStart: 'never' }, { gracePeriodStart: null }, { gracePeriodStart: 'first_use' }])(
      'refuses %j',
      async (body) => {
        expect((await send('POST', `${KEYS}/${manager.id}/rotate`, body)).status).toBe(400);
      },
    );
  });

  it('lets no call fail while clients call without pause and their keys are rotated with a grace period', async () => {
    const connect = CLIENTS[0]![1];
    // There are fewer than the limit on keys, because each rotation leaves one more valid key.
    const rotations = 8;
    const client = async () => {
      let key = await service.createKey(await service.createUser({ tier: 'unlimited' }), ['keys:*', 'read']);
      let calls = 0;
      for (let rotation = 0; rotation < rotations; rotation++) {
        const connected = await connect(service.url, { Authorization: `Bearer ${key.apiKey}` });
        const calling = (async () => {
          for (let i = 0; i < 25; i++, calls++) {
            expect(
              (await connected.callTool({ name: 'documents_list', arguments: {} })).isError,
            ).toBeUndefined();
          }
        })();
        const rotated = await send(
          'POST',
          `${KEYS}/${key.id}/rotate`,
          { gracePeriodSeconds: 60 },
          key.apiKey,
        );
        expect(rotated.status).toBe(201);
        await calling;
        await connected.close();
        key = rotated.body;
      }
      return calls;
    };
    expect(await Promise.all([client(), client()])).toEqual([25 * rotations, 25 * rotations]);
  });

  it('counts toward the limit of its owner, even if several are created at once, until it has ended', async () => {
    const make = () => send('POST', KEYS, { name: 'One of many' });
    const answers = await Promise.all(Array.from({ length: 20 }, make));
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(11);
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, body.code]).toEqual([409, 'key_limit_reached']);
    }
    expect(await keysLeft()).toHaveLength(12);
    expect(
      (await send('POST', `${KEYS}/${made[0]!.body.id}/rotate`, { gracePeriodSeconds: 60 })).status,
    ).toBe(201);
    const further = { gracePeriodSeconds: 60, gracePeriodStart: 'first_use' };
    expect((await send('POST', `${KEYS}/${made[3]!.body.id}/rotate`, further)).body.code).toBe(
      'key_limit_reached',
    );
    await send('DELETE', `${KEYS}/${made[1]!.body.id}`);
    await send('DELETE', `${KEYS}/${made[2]!.body.id}`);
    expect((await make()).status).toBe(201);
    expect((await make()).status).toBe(409);
  });

  it('that nobody uses is found by a filter, unless it has ended', async () => {
    const [old, used, ended] = await Promise.all(
      ['Old', 'Used', 'Ended'].map(async (name) => (await send('POST', KEYS, { name })).body),
    );
    await service.query(`UPDATE api_keys SET created_at = now() - interval '100 days' WHERE user_id = $1`, [
      owner.id,
    ]);
    await service.query(`UPDATE api_keys SET last_used_at = now() WHERE id IN ($1, $2)`, [
      used.id,
      manager.id,
    ]);
    await send('DELETE', `${KEYS}/${ended.id}`);
    const ids = async (days: number) =>
      (await send('GET', `${KEYS}?unusedForDays=${days}`)).body.keys.map(({ id }: { id: string }) => id);
    expect(await ids(90)).toEqual([old.id]);
    expect(await ids(101)).toEqual([]);
    expect((await send('GET', `${KEYS}?unusedForDays=0`)).status).toBe(400);
  });

  it('has one final state, whatever 20 clients do to it at once', async () => {
    for (let round = 0; round < 5; round++) {
      const { id } = (await send('POST', KEYS, { name: 'Contended' })).body;
      const actions = [
        () => send('POST', `${KEYS}/${id}/rotate`, {}),
        () => send('POST', `${KEYS}/${id}/rotate`, { gracePeriodSeconds: 60 }),
        () => send('DELETE', `${KEYS}/${id}`),
        () => send('PATCH', `${KEYS}/${id}`, { name: 'Changed' }),
      ];
      const answers = await Promise.all(Array.from({ length: 20 }, (_, client) => actions[client % 4]!()));
      expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
      const successors = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
      expect(successors.length).toBeLessThanOrEqual(1);
      const [row] = await service.query<{ replaced_by: string | null; revoked_at: Date | null }>(
        'SELECT replaced_by, revoked_at FROM api_keys WHERE id = $1',
        [id],
      );
      expect(row!.revoked_at).not.toBeNull();
      expect(row!.replaced_by).toBe(successors[0] ?? null);
      await service.query('UPDATE api_keys SET revoked_at = now() WHERE user_id = $1 AND id <> $2', [
        owner.id,
        manager.id,
      ]);
    }
  });

  describe('of the hexadecimal form of the tutorials', () => {
    const hexKey = () => `mcp_${randomBytes(32).toString('hex')}`;
    const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
    const importer = () => service.service.app.get(HexKeyImporter, { strict: false });

    it('is imported by its hash, and is valid if the setting allows the form', async () => {
      const keys = [hexKey(), hexKey()];
      const hashes = keys.map(hashOf);
      expect(await importer().import(owner.email, 'From before', ['documents:read'], hashes)).toBe(2);
      expect(await importer().import(owner.email, 'From before', ['documents:read'], hashes)).toBe(0);
      expect((await service.call(keys[0], 'documents_list')).status).toBe(200);
      expect((await service.call(keys[1], 'documents_delete', { id: 'x' })).status).toBe(403);
      expect(await works(hexKey())).toBe(false);
    });

    it('is imported by thousands at once, and an empty list is allowed', async () => {
      const hashes = Array.from({ length: 8000 }, () => randomBytes(32).toString('hex'));
      expect(await importer().import(owner.email, 'Many', ['read'], hashes)).toBe(8000);
      expect(await importer().import(owner.email, 'None', ['read'], [])).toBe(0);
    });

    it("is not imported with wrong hashes, unknown scopes, or scopes beyond its owner's role", async () => {
      const hash = hashOf(hexKey());
      await expect(importer().import(owner.email, 'X', ['read'], [hash, 'abc'])).rejects.toThrow('line 2');
      await expect(importer().import(owner.email, 'X', ['nothing:read'], [hash])).rejects.toThrow('unknown');
      await expect(importer().import(owner.email, 'X', ['admin'], [hash])).rejects.toThrow('member');
      expect(await keysLeft()).toEqual([manager.id]);
    });

    it('is malformed unless the setting allows the form', async () => {
      const strict = await TestService.start();
      const key = hexKey();
      await strict.query(
        `INSERT INTO api_keys (id, user_id, name, key_hash, start, scopes)
         SELECT gen_random_uuid(), id, 'Old', decode($1, 'hex'), 'mcp_', '{read}' FROM users LIMIT 1`,
        [hashOf(key)],
      );
      expect((await strict.request('GET', '/api/me', { key })).status).toBe(401);
      await expect(
        strict.service.app
          .get(HexKeyImporter, { strict: false })
          .import('admin@localhost', 'X', ['read'], [hashOf(key)]),
      ).rejects.toThrow('API_KEY_ACCEPT_HEX');
      await strict.stop();
    });
  });
});
