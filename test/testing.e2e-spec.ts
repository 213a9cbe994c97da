import { existsSync } from 'node:fs';
import { Injectable, Module } from '@nestjs/common';
import { Authenticated } from '../src/access/access.decorators.js';
import { InsufficientScope } from '../src/client/index.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { TestBouncer } from '../src/testing/index.js';
import { query } from '../src/testing/test-database.js';

@Injectable()
class GreetingTools {
  @Tool({ name: 'greet', description: 'Greet the caller' })
  @Authenticated()
  greet() {
    return { greeting: 'Hello' };
  }
}

@Module({ providers: [GreetingTools] })
class GreetingModule {}

describe('bouncer-mcp/testing', () => {
  let bouncer: TestBouncer;

  beforeAll(async () => {
    bouncer = await TestBouncer.start({
      config: { modules: [GreetingModule] },
      env: { RATE_LIMIT_FREE: '2' },
    });
  });

  it("calls a project's tool on a PostgreSQL of its own, and reads the audit row", async () => {
    const { apiKey } = await bouncer.createKey(await bouncer.createUser(), ['documents:read']);
    expect(await bouncer.mcp(apiKey).callTool('greet')).toEqual({ greeting: 'Hello' });
    expect(await bouncer.auditRows("tool = 'greet'")).toMatchObject([{ outcome: 'success', scopes: [] }]);
  });

  it('has typed clients that throw refusals', async () => {
    const { apiKey } = await bouncer.createKey(await bouncer.createUser(), ['documents:read']);
    const { data } = await bouncer.rest(apiKey).GET('/api/me');
    expect(data!.key!.scopes).toEqual(['documents:read']);
    await expect(
      bouncer.mcp(apiKey).callTool('documents_create', { title: 'T', content: 'C' }),
    ).rejects.toThrow(InsufficientScope);
  });

  it('serves with the role of the service, which may not change audit rows', async () => {
    const [row] = await bouncer.query<{ may: boolean }>(
      `SELECT has_table_privilege($1, 'audit_events', 'UPDATE') AS may`,
      [new URL(bouncer.database.url).username],
    );
    expect(row!.may).toBe(false);
  });

  it('deletes the data of its PostgreSQL when it is stopped', async () => {
    const [row] = await query<{ folder: string }>(
      bouncer.database.ownerUrl,
      `SELECT current_setting('data_directory') AS folder`,
    );
    expect(existsSync(row!.folder)).toBe(true);
    await bouncer.stop();
    expect(existsSync(row!.folder)).toBe(false);
  });
});
