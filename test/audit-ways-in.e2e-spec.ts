import { Injectable, Module } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Scopes } from '../src/access/access.decorators.js';
import { accessRuleOf } from '../src/access/access-policy.js';
import { CurrentRequester } from '../src/access/requester.js';
import { AuditedChange } from '../src/audit/recording/change-row.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { type AuditRow, TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';

@Injectable()
class VaultRows {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  read() {
    return this.dataSource.query(`SELECT outcome, action FROM audit_events WHERE tool = 'vault_open'`);
  }
}

@Injectable()
class VaultTools {
  static ran = 0;

  constructor(private readonly rows: VaultRows) {}

  @Tool({ name: 'vault_open', description: 'Says which rows of its own it finds' })
  @Scopes('vault:delete')
  async open() {
    VaultTools.ran++;
    return this.rows.read();
  }
}

@Module({ providers: [VaultRows, VaultTools] })
class VaultModule {}

describe('The audit row', () => {
  let service: TestService;
  let user: TestUser;
  let key: { id: string; apiKey: string };

  beforeAll(async () => {
    service = await TestService.start({ modules: [VaultModule] });
    user = await service.createUser();
    key = await service.createKey(user, ['read', 'write', 'delete']);
  });
  afterAll(() => service.stop());

  const writer = () => service.service.app.get(AuditWriter, { strict: false });
  const send = (method: string, path: string, body?: unknown) =>
    service.request(method, path, { key: service.adminKey, body });
  /** Reads the table as it is, without flushing the writer first. */
  const stored = (where: string, values: unknown[]) =>
    service.query<AuditRow & { metadata: Record<string, unknown>; targets: string[]; node_seq: string }>(
      `SELECT * FROM audit_events WHERE ${where} ORDER BY node_seq`,
      values,
    );
  /** The numbers of the rows once all that were accepted are there: a flush may join one that began before the last of them. */
  const numbers = () => {
    const { accepted } = writer().state();
    const read = async () =>
      (await service.auditRows().then(() => stored('true', []))).map((row) => Number(row.node_seq));
    return eventually(read, (found) => found.length >= accepted);
  };
  const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
  const serviceRole = () => new URL(service.database.url).username;
  const right = (verb: 'GRANT' | 'REVOKE') =>
    service.query(`${verb} INSERT ON audit_events ${verb === 'GRANT' ? 'TO' : 'FROM'} ${serviceRole()}`);
  const withoutInsertRight = async (work: () => Promise<void>) => {
    await right('REVOKE');
    try {
      await work();
    } finally {
      await right('GRANT');
    }
  };

  describe('of a change of keys or users', () => {
    it.each<[string, () => Promise<{ status: number; headers: Headers; body: any }>, string]>([
      ['user.create', () => send('POST', '/api/users', { email: 'way@example.org', name: 'W' }), 'user'],
      ['user.update', () => send('PATCH', `/api/users/${user.id}`, { name: 'X' }), 'user'],
      ['api_key.create', () => send('POST', '/api/mcp/keys', { name: 'K', userId: user.id }), 'api_key'],
      ['api_key.update', () => send('PATCH', `/api/mcp/keys/${key.id}`, { name: 'L' }), 'api_key'],
    ])(
      '%s: the row is in the table when the caller is answered, with what was changed',
      async (action, act, kind) => {
        const answer = await act();
        expect(answer.status).toBeLessThan(300);
        const rows = await stored('request_id = $1', [answer.headers.get('x-request-id')]);
        expect(rows).toMatchObject([
          {
            action,
            outcome: 'success',
            resource: `${kind}:${answer.body.id}`,
            user_name: 'Admin',
            metadata: { changes: expect.any(Object) },
          },
        ]);
        expect(JSON.stringify(rows)).not.toMatch(/[A-Za-z0-9]{40}/);
      },
    );

    it('by rotation or revocation names every key that was changed', async () => {
      const owner = await service.createUser();
      const first = await service.createKey(owner, ['keys:*', 'read']);
      const second = await service.createKey(owner, ['keys:*', 'read']);
      const rowOf = async (answer: { headers: Headers }) =>
        (await stored('request_id = $1', [answer.headers.get('x-request-id')]))[0]!;
      const rotated = await send('POST', `/api/mcp/keys/${first.id}/rotate`, {});
      expect((await rowOf(rotated)).targets).toEqual([`api_key:${first.id}`, `api_key:${rotated.body.id}`]);
      const all = await service.request('POST', '/api/mcp/keys/rotate', { key: second.apiKey });
      expect((await rowOf(all)).targets.sort()).toEqual(
        [second.id, rotated.body.id, all.body.id].map((id) => `api_key:${id}`).sort(),
      );
      const revoked = await send('DELETE', `/api/mcp/keys/${all.body.id}`);
      expect(await rowOf(revoked)).toMatchObject({ action: 'api_key.revoke', outcome: 'success' });
    });

    it('that fails is single, and leaves no gap in the numbers', async () => {
      const taken = await send('POST', '/api/users', { email: user.email, name: 'Y' });
      expect(taken.status).toBe(409);
      const gone = await send('PATCH', `/api/users/${NO_ROW}`, { name: 'Y' });
      expect(gone.status).toBe(404);
      const { accepted } = writer().state();
      expect(await numbers()).toEqual(oneTo(accepted));
      for (const { headers } of [taken, gone]) {
        const rows = await stored('request_id = $1', [headers.get('x-request-id')]);
        expect(rows).toMatchObject([{ outcome: 'failure' }]);
      }
    });

    it('whose transaction fails after the row was written is replaced by the row of the failure, with the same number', async () => {
      await service.query(
        `CREATE FUNCTION refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'late'; END $$`,
      );
      await service.query(
        `CREATE CONSTRAINT TRIGGER refuse_late AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW EXECUTE FUNCTION refuse_late()`,
      );
      try {
        const failed = await send('POST', '/api/users', { email: 'late@example.org', name: 'L' });
        expect(failed.status).toBe(500);
        const { accepted } = writer().state();
        expect(await numbers()).toEqual(oneTo(accepted));
        expect(await stored('request_id = $1', [failed.headers.get('x-request-id')])).toMatchObject([
          { outcome: 'failure', reason: 'internal_error' },
        ]);
        expect(await service.query(`SELECT FROM users WHERE email = 'late@example.org'`)).toEqual([]);
      } finally {
        await service.query('DROP TRIGGER refuse_late ON users');
        await service.query('DROP FUNCTION refuse_late');
      }
    });

    it('that cannot be written prevents the change, which is answered with 503 audit_unavailable', async () => {
      const before = await stored('true', []);
      await withoutInsertRight(async () => {
        const made = await send('POST', '/api/users', { email: 'unheard@example.org', name: 'U' });
        expect([made.status, made.body.code]).toEqual([503, 'audit_unavailable']);
        const issued = await send('POST', '/api/mcp/keys', { name: 'K', userId: user.id });
        expect([issued.status, issued.body.code]).toEqual([503, 'audit_unavailable']);
        const revoked = await send('DELETE', `/api/mcp/keys/${key.id}`);
        expect([revoked.status, revoked.body.code]).toEqual([503, 'audit_unavailable']);
      });
      expect(await service.query(`SELECT FROM users WHERE email = 'unheard@example.org'`)).toEqual([]);
      expect((await service.request('GET', '/api/me', { key: key.apiKey })).status).toBe(200);
      const { accepted } = writer().state();
      expect(await numbers()).toEqual(oneTo(accepted));
      const after = await stored(`outcome = 'failure' AND reason = 'audit_unavailable'`, []);
      expect(after).toHaveLength(3);
      expect(accepted).toBeGreaterThanOrEqual(before.length + 3);
    });

    it.each([
      ['declared', AuditedChange],
      ['decided by a caller who is read anew', CurrentRequester],
    ])('is %s by every REST handler that may make such a change', (_, decorator) => {
      const discovery = service.service.app.get(DiscoveryService, { strict: false });
      const undeclared = discovery.getControllers().flatMap(({ metatype }) => {
        const prototype = metatype!.prototype as Record<string, () => unknown>;
        return new MetadataScanner()
          .getAllMethodNames(prototype)
          .filter((name) => {
            const rule = accessRuleOf(prototype[name]!, metatype as never);
            return rule?.kind === 'scopes' && rule.scopes.some((scope) => /^(keys|users):write$/.test(scope));
          })
          .filter((name) => !uses(decorator, metatype as () => void, name))
          .map((name) => `${metatype!.name}.${name}`);
      });
      expect(undeclared).toEqual([]);
    });
  });

  describe('of a tool with an elevated scope', () => {
    const rowsOf = async (answer: { headers: Headers }) => {
      await service.auditRows();
      return stored('request_id = $1', [answer.headers.get('x-request-id')]);
    };

    it('is an intent row before it runs, and an outcome row afterwards', async () => {
      const answer = await service.call(key.apiKey, 'vault_open');
      expect(JSON.parse(answer.body.result.content[0].text)).toEqual([
        { outcome: 'pending', action: 'tools/call:intent' },
      ]);
      const [intent, outcome, ...others] = await rowsOf(answer);
      expect(others).toEqual([]);
      expect(intent).toMatchObject({
        tool: 'vault_open',
        outcome: 'pending',
        elevated: true,
        duration_ms: null,
      });
      expect(outcome).toMatchObject({
        action: 'tools/call',
        outcome: 'success',
        elevated: true,
        metadata: { intent: intent!.id },
      });
    });

    it('is an intent row and an outcome row when the call fails as well', async () => {
      const answer = await service.call(key.apiKey, 'documents_delete', { id: NO_ROW });
      expect((await rowsOf(answer)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
        ['pending', null],
        ['failure', 'not_found'],
      ]);
    });

    it('is no intent row for a refused caller, because nothing would have run', async () => {
      const { apiKey } = await service.createKey(user, ['read']);
      const answer = await service.call(apiKey, 'documents_delete', { id: NO_ROW });
      expect((await rowsOf(answer)).map(({ outcome }) => outcome)).toEqual(['denied']);
    });

    it('that cannot be written prevents the run with 503, so nothing is deleted, while reads follow the durability mode', async () => {
      const made = await service.call(key.apiKey, 'documents_create', { title: 'T', content: 'C' });
      const { id } = made.body.result.structuredContent;
      const ran = VaultTools.ran;
      await withoutInsertRight(async () => {
        const refused = await service.call(key.apiKey, 'documents_delete', { id });
        expect(refused.status).toBe(503);
        expect(refused.body).toMatchObject({ id: 1, error: { data: { code: 'audit_unavailable' } } });
        expect((await service.call(key.apiKey, 'vault_open')).status).toBe(503);
        const read = await service.call(key.apiKey, 'documents_get', { id });
        expect([read.status, read.body.result.isError]).toEqual([200, undefined]);
      });
      expect(VaultTools.ran).toBe(ran);
      const { accepted, dropped } = writer().state();
      expect(dropped).toBe(0);
      expect(await numbers()).toEqual(oneTo(accepted));
      expect((await service.call(key.apiKey, 'documents_delete', { id })).status).toBe(200);
    });

    it('is counted once in the usage of the key, although there are two', async () => {
      const { id, apiKey } = await service.createKey(user, ['delete']);
      await service.call(apiKey, 'vault_open');
      await service.auditRows();
      expect((await send('GET', `/api/mcp/keys/${id}/usage`)).body.calls).toBe(1);
    });
  });

  it('of the first admin and its key is that of a change by the system', async () => {
    const rows = await stored(`request_id = 'system:bootstrap'`, []);
    expect(rows.map(({ action, outcome, user_id: userId }) => [action, outcome, userId])).toEqual([
      ['user.create', 'success', null],
      ['api_key.create', 'success', null],
    ]);
  });
});

/** Returns whether one of a handler's parameters is created by a decorator. */
function uses(decorator: () => ParameterDecorator, type: () => void, method: string): boolean {
  class Probe {
    run(_made: unknown) {
      return _made;
    }
  }
  decorator()(Probe.prototype, 'run', 0);
  const factoriesOf = (target: object, name: string) =>
    Object.values(
      (Reflect.getMetadata(ROUTE_ARGS_METADATA, target, name) ?? {}) as Record<string, { factory?: unknown }>,
    ).map(({ factory }) => factory);
  const [wanted] = factoriesOf(Probe, 'run');
  return factoriesOf(type, method).includes(wanted);
}
