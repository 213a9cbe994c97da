import { randomUUID } from 'node:crypto';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { Scopes } from '../src/access/access.decorators.js';
import { IdempotencyService } from '../src/idempotency/idempotency.service.js';
import { Idempotent } from '../src/idempotency/idempotent.decorator.js';
import { type Answer, TestService, type TestUser } from './support/test-service.js';

const KEYS = '/api/mcp/keys';
const DOCUMENTS = '/api/documents';
const USERS = '/api/users';
const RAW_KEY = /mcp_[0-9A-Za-z]{49}/;

@Controller('forgetful')
class ForgetfulController {
  @Post()
  @Scopes('documents:write')
  @Idempotent()
  create(@Body() body: object) {
    return { id: 'made', ...body };
  }
}

@Module({ controllers: [ForgetfulController] })
class ForgetfulModule {}

/** Describes a request that creates something, and can be sent again. */
interface Making {
  key: string;
  path: string;
  body?: unknown;
  table: string;
}

describe('Idempotency-Key', () => {
  let service: TestService;
  let user: TestUser;
  let manager: { id: string; apiKey: string };
  let made = 0;

  beforeAll(async () => {
    service = await TestService.start({ modules: [ForgetfulModule] });
    user = await service.createUser();
    manager = await service.createKey(user, ['read', 'write', 'delete', 'keys:*']);
  });
  afterAll(() => service.stop());

  const send = ({ key, path, body }: Making, idempotencyKey: string): Promise<Answer> =>
    service.request('POST', path, { key, body, headers: { 'idempotency-key': idempotencyKey } });
  const rowsOf = async ({ table }: Making): Promise<number> =>
    Number((await service.query<{ count: string }>(`SELECT count(*) FROM ${table}`))[0]!.count);

  const document = (fields: object = {}): Making => ({
    key: manager.apiKey,
    path: DOCUMENTS,
    body: { title: `Document ${++made}`, content: 'The text.\n', filename: 'a.md', ...fields },
    table: 'documents',
  });
  const newUser = (): Making => ({
    key: service.adminKey,
    path: USERS,
    body: { email: `made${++made}@example.com`, name: 'Made' },
    table: 'users',
  });
  const newKey = (): Making => ({
    key: manager.apiKey,
    path: KEYS,
    body: { name: 'Made', scopes: ['read'], ipAllowlist: ['127.0.0.0/8'], metadata: { a: 1 } },
    table: 'api_keys',
  });
  const rotation = async (): Promise<Making> => {
    const { id } = await service.createKey(user, ['read']);
    const body = { gracePeriodSeconds: 60 };
    return { key: manager.apiKey, path: `${KEYS}/${id}/rotate`, body, table: 'api_keys' };
  };
  const rotationOfAll = async (): Promise<Making> => {
    const { apiKey } = await service.createKey(await service.createUser(), ['read', 'keys:*']);
    return { key: apiKey, path: `${KEYS}/rotate`, table: 'api_keys' };
  };
  const makings: [string, () => Making | Promise<Making>][] = [
    ['a document', document],
    ['a user', newUser],
    ['a key', newKey],
    ['a rotated key', rotation],
    ['one key for all', rotationOfAll],
  ];

  describe('of a request that is sent again', () => {
    it.each(makings.slice(0, 2))('answers with %s unchanged, and creates no second row', async (_, make) => {
      const making = await make();
      const first = await send(making, 'again');
      expect(first.status).toBe(201);
      expect(first.headers.has('idempotent-replayed')).toBe(false);
      const rows = await rowsOf(making);
      for (let retry = 0; retry < 2; retry++) {
        const again = await send(making, 'again');
        expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
        expect(again.text).toBe(first.text);
      }
      expect(await rowsOf(making)).toBe(rows);
    });

    it.each(makings.slice(2, 4))('answers with %s without the key itself, and says so', async (_, make) => {
      const making = await make();
      const id = randomUUID();
      const first = await send(making, id);
      expect(first.status).toBe(201);
      const { apiKey, message: __, ...rest } = first.body;
      expect(apiKey).toMatch(RAW_KEY);
      const rows = await rowsOf(making);
      const again = await send(making, id);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      expect(again.body).toEqual({ ...rest, message: expect.stringContaining('not given again') });
      expect(again.text).not.toMatch(RAW_KEY);
      expect(await rowsOf(making)).toBe(rows);
    });

    it('answers a repeated rotation of all keys when another key of the same user sends it', async () => {
      const owner = await service.createUser();
      const calling = await service.createKey(owner, ['read', 'keys:*']);
      const making = { key: calling.apiKey, path: `${KEYS}/rotate`, table: 'api_keys' };
      const first = await send(making, 'all');
      expect(first.status).toBe(201);
      expect((await send(making, 'all')).status).toBe(401);
      const { apiKey, message: _, ...rest } = first.body;
      const again = await send({ ...making, key: apiKey }, 'all');
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      expect(again.body).toEqual({ ...rest, message: expect.stringContaining('not given again') });
      const live = 'SELECT id FROM api_keys WHERE user_id = $1 AND revoked_at IS NULL';
      expect(await service.query(live, [owner.id])).toEqual([{ id: rest.id }]);
    });

    it('answers like the first time even when the row was changed or deleted', async () => {
      const making = document();
      const first = await send(making, 'gone');
      const path = `${DOCUMENTS}/${first.body.id}`;
      expect((await service.request('DELETE', path, { key: manager.apiKey })).status).toBe(204);
      const again = await send(making, 'gone');
      expect([again.status, again.text]).toEqual([201, first.text]);
    });

    it('answers with a text that is larger than the stored answer', async () => {
      const making = document({ content: 'many words '.repeat(40_000) });
      const first = await send(making, 'large');
      expect(first.status).toBe(201);
      expect((await send(making, 'large')).text === first.text).toBe(true);
      const [kept] = await service.query<{ bytes: number }>(
        `SELECT octet_length(answer::text) AS bytes FROM idempotency_keys WHERE answer->>'id' = $1`,
        [first.body.id],
      );
      expect(kept!.bytes).toBeLessThan(1000);
    });
  });

  it.each(makings.slice(0, 4))(
    'of 20 concurrent requests creates %s once, and each is answered with it or with 409',
    async (_, make) => {
      const making = await make();
      const rows = await rowsOf(making);
      const id = randomUUID();
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(making, id)));
      expect(await rowsOf(making)).toBe(rows + 1);
      const refused = answers.filter(({ status }) => status !== 201);
      for (const { status, body, headers } of refused) {
        expect([status, body.code]).toEqual([409, 'idempotency_in_progress']);
        expect(headers.get('retry-after')).toMatch(/^\d+$/);
      }
      const successes = answers.filter(({ status }) => status === 201);
      expect(new Set(successes.map(({ body }) => body.id)).size).toBe(1);
      expect(successes.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
    },
  );

  it.each(makings)('is recorded in the transaction that creates %s', async (_, make) => {
    const making = await make();
    const { body } = await send(making, randomUUID());
    const together = `SELECT 1 AS yes FROM ${making.table} made JOIN idempotency_keys k ON k.xmin = made.xmin
                      WHERE made.id = $1 AND k.answer->>'id' = $1::text`;
    expect(await service.query(together, [body.id])).toEqual([{ yes: 1 }]);
  });

  describe('that was used', () => {
    it('is refused with 422 with another body, and nothing is created', async () => {
      const making = document();
      await send(making, 'body');
      const rows = await rowsOf(making);
      const answer = await send(document(), 'body');
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused']);
      expect(await rowsOf(making)).toBe(rows);
    });

    it('is refused with 422 on another route, and nothing is created', async () => {
      const making = await rotation();
      expect((await send(making, 'route')).status).toBe(201);
      const rows = await rowsOf(making);
      const other = await rotation();
      for (const path of [other.path, KEYS, DOCUMENTS]) {
        const answer = await send({ ...making, path }, 'route');
        expect([answer.status, answer.body.code]).toEqual([422, 'idempotency_key_reused']);
      }
      expect(await rowsOf(making)).toBe(rows + 1);
    });

    it('has no effect for another user', async () => {
      const other = await service.createKey(await service.createUser(), ['documents:*']);
      const making = document();
      const mine = await send(making, 'shared');
      const theirs = await send({ ...making, key: other.apiKey }, 'shared');
      expect([mine.status, theirs.status]).toEqual([201, 201]);
      expect(theirs.body.id).not.toBe(mine.body.id);
      expect(theirs.headers.has('idempotent-replayed')).toBe(false);
    });

    it('has the same effect with another key of the same user', async () => {
      const other = await service.createKey(user, ['documents:write']);
      const making = document({ language: 'en' });
      const mine = await send(making, 'two-keys');
      expect((await send({ ...making, key: other.apiKey }, 'two-keys')).text).toBe(mine.text);
    });

    it('returns a complete document where the answer was kept before documents had a language', async () => {
      const making = document();
      const { body, text } = await send(making, 'before');
      await service.query(
        `UPDATE idempotency_keys SET answer = (answer::jsonb - 'language')::json WHERE answer->>'id' = $1`,
        [body.id],
      );
      const again = await send(making, 'before');
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.body).toEqual(JSON.parse(text));
    });

    it('returns no answer to a key that may not create the row', async () => {
      const making = document();
      await send(making, 'scopes');
      const reader = await service.createKey(user, ['documents:read']);
      const answer = await send({ ...making, key: reader.apiKey }, 'scopes');
      expect([answer.status, answer.body.code]).toEqual([403, 'insufficient_scope']);
      expect(answer.headers.has('idempotent-replayed')).toBe(false);
    });

    it("does not return another user's key to a caller who is no longer an admin", async () => {
      const admin = await service.createUser({ role: 'admin' });
      const calling = await service.createKey(admin, ['admin', 'keys:write']);
      const body = { name: 'For another', scopes: ['read'], userId: user.id };
      const making = { key: calling.apiKey, path: KEYS, body, table: 'api_keys' };
      expect((await send(making, 'demoted')).status).toBe(201);
      expect((await send(making, 'demoted')).status).toBe(201);
      const role = { key: service.adminKey, body: { role: 'member' } };
      expect((await service.request('PATCH', `${USERS}/${admin.id}`, role)).status).toBe(200);
      const answer = await send(making, 'demoted');
      expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
      expect(answer.text).not.toContain('For another');
    });
  });

  describe('of a failed request', () => {
    it('may be used again with the mistake corrected', async () => {
      const making = document({ title: '' });
      for (let retry = 0; retry < 2; retry++) expect((await send(making, 'failed')).status).toBe(400);
      const good = await send(document(), 'failed');
      expect([good.status, good.headers.has('idempotent-replayed')]).toEqual([201, false]);
    });

    it('may be used again once the conflict is resolved', async () => {
      const taken = newUser();
      const { id } = (await send(taken, 'way')).body;
      const rows = await rowsOf(taken);
      expect((await send(taken, 'way-2')).status).toBe(409);
      await service.query('UPDATE users SET email = $2 WHERE id = $1', [id, `moved${made}@example.com`]);
      const later = await send(taken, 'way-2');
      expect([later.status, later.headers.has('idempotent-replayed')]).toEqual([201, false]);
      expect(await rowsOf(taken)).toBe(rows + 1);
    });

    it('may be used again after a refusal before the handler', async () => {
      const making = document();
      const reader = await service.createKey(user, ['read']);
      expect((await send({ ...making, key: reader.apiKey }, 'ahead')).status).toBe(403);
      expect((await send({ ...making, body: '{' }, 'ahead')).status).toBe(400);
      expect((await send(making, 'ahead')).status).toBe(201);
    });
  });

  describe('after 24 hours', () => {
    const age = (id: string, interval: string) =>
      service.query(
        `UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE answer->>'id' = $1`,
        [id, interval],
      );

    it('is free again for any request', async () => {
      const first = await send(document(), 'old');
      await age(first.body.id, '24 hours 1 second');
      const other = document();
      const next = await send(other, 'old');
      expect([next.status, next.headers.has('idempotent-replayed')]).toEqual([201, false]);
      expect(next.body.id).not.toBe(first.body.id);
      expect((await send(other, 'old')).text).toBe(next.text);
    });

    it('is not free earlier', async () => {
      const making = document();
      const first = await send(making, 'young');
      await age(first.body.id, '23 hours 59 minutes');
      expect((await send(making, 'young')).text).toBe(first.text);
      expect((await send(document(), 'young')).status).toBe(422);
    });

    it('is deleted, and no later one is', async () => {
      const old = await send(document(), 'sweep-old');
      const making = document();
      const young = await send(making, 'sweep-young');
      await age(old.body.id, '24 hours 1 second');
      await age(young.body.id, '23 hours 59 minutes');
      await service.service.app.get(IdempotencyService, { strict: false }).sweep();
      const left = await service.query<{ id: string }>(`SELECT answer->>'id' AS id FROM idempotency_keys`);
      expect(left).not.toContainEqual({ id: old.body.id });
      expect(left).toContainEqual({ id: young.body.id });
    });
  });

  it.each([
    ['empty', ''],
    ['longer than 255', 'k'.repeat(256)],
    ['not one word', 'a b'],
    ['not ASCII', 'schl\u00fcssel'],
  ])('that is %s is refused with 400, and nothing is created', async (_, header) => {
    const making = document();
    const rows = await rowsOf(making);
    const answer = await send(making, header);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(answer.body.detail).toContain('Idempotency-Key');
    expect(await rowsOf(making)).toBe(rows);
  });

  it('of 255 characters is accepted', async () => {
    expect((await send(document(), '~'.repeat(255))).status).toBe(201);
  });

  it('is optional: without one, each request creates a row and nothing is recorded', async () => {
    const making = document();
    const count = 'SELECT count(*) FROM idempotency_keys';
    const [before] = await service.query(count);
    const answers = [1, 2].map(() => service.request('POST', DOCUMENTS, { ...making }));
    const [one, two] = await Promise.all(answers);
    expect([one!.status, two!.status]).toEqual([201, 201]);
    expect(one!.body.id).not.toBe(two!.body.id);
    expect(await service.query(count)).toEqual([before]);
  });

  it('leaves no API key in the database, not even one that was sent in this header', async () => {
    const raws = [manager.apiKey, service.adminKey];
    for (const [, make] of makings.slice(2)) {
      const { body } = await send(await make(), randomUUID());
      expect(body.apiKey).toMatch(RAW_KEY);
      raws.push(body.apiKey);
    }
    expect((await send(newKey(), manager.apiKey)).status).toBe(201);
    await service.auditRows();
    const tables = await service.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    expect(tables).toContainEqual({ name: 'idempotency_keys' });
    for (const { name } of tables) {
      const text = JSON.stringify(await service.query(`SELECT t::text AS row FROM ${name} t`));
      for (const raw of raws) {
        expect(text.includes(raw)).toBe(false);
        expect(text.includes(Buffer.from(raw).toString('hex'))).toBe(false);
      }
    }
  });

  it('leaves an audit row for each request, which says whether it created the row or repeated an answer', async () => {
    const calling = await service.createKey(user, ['documents:write']);
    const making = { ...document(), key: calling.apiKey };
    const { id } = (await send(making, 'audit')).body;
    await send(making, 'audit');
    await send({ ...document(), key: calling.apiKey }, 'audit');
    await send(making, 'a b');
    const rows = await service.auditRows('key_id = $1', [calling.id]);
    const action = 'document.create';
    expect(rows).toEqual([
      expect.objectContaining({
        action,
        outcome: 'success',
        resource: `document:${id}`,
        metadata: { title: expect.any(String), filename: 'a.md' },
      }),
      expect.objectContaining({
        action,
        outcome: 'success',
        resource: `document:${id}`,
        metadata: { replayed: true },
      }),
      expect.objectContaining({ action, outcome: 'failure', reason: 'idempotency_key_reused' }),
      expect.objectContaining({ action, outcome: 'failure', reason: 'validation_failed' }),
    ]);
  });

  it('does not exempt a retry from the rate limit, which counts it as a call', async () => {
    const limited = await service.createUser({ requestsPerMinute: 3 });
    const calling = await service.createKey(limited, ['documents:write']);
    const making = { ...document(), key: calling.apiKey };
    const answers = [];
    for (let call = 0; call < 4; call++) answers.push(await send(making, 'limit'));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 429]);
    expect(answers.map(({ headers }) => /r=(\d+)/.exec(headers.get('ratelimit')!)![1])).toEqual([
      '2',
      '1',
      '0',
      '0',
    ]);
  });

  it('makes the first request fail when a handler stores no answer', async () => {
    const making = { ...document(), path: '/forgetful' };
    expect((await service.request('POST', '/forgetful', making)).status).toBe(201);
    const answer = await send(making, 'forgetful');
    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
  });
});
