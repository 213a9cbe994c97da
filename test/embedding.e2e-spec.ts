import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { CurrentCaller, Scopes } from '../src/access/access.decorators.js';
import type { Caller } from '../src/access/caller.js';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { UserThrottlerGuard } from '../src/rate-limit/user-throttler.guard.js';
import { BouncerModule } from '../src/server/bouncer.module.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';

@Injectable()
class ShopTools {
  @Tool({ name: 'shop_open', description: 'Whether the shop is open' })
  @Scopes('shop:read')
  open() {
    return { open: true };
  }
}

@Module({ providers: [ShopTools] })
class ShopModule {}

@Controller('shop')
class ShopController {
  @Get()
  own() {
    return { route: 'own' };
  }

  @Get('scoped')
  @Scopes('shop:read')
  scoped(@CurrentCaller() { email }: Caller) {
    return { email };
  }

  @Get('passport')
  @UseGuards(AuthGuard('api-key'), UserThrottlerGuard)
  passport(@CurrentCaller() { email }: Caller) {
    return { email };
  }
}

describe('An application that embeds Bouncer', () => {
  const adminKey = generateApiKey('mcp');
  const before = { ...process.env };
  let dataDir: string;
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'bouncer-embedded-'));
    database = await createDatabase();
    Object.assign(process.env, {
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      MIGRATE_ON_START: 'false',
      BOOTSTRAP_ADMIN_KEY: adminKey,
      RATE_LIMIT_DEVELOPMENT: '8',
    });
    @Module({ imports: [BouncerModule.forRoot({ modules: [ShopModule] })], controllers: [ShopController] })
    class HostModule {}
    app = await NestFactory.create<NestFastifyApplication>(HostModule, new FastifyAdapter(), {
      bodyParser: false,
      abortOnError: false,
      logger: false,
    });
    await BouncerModule.attach(app);
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    process.env = before;
    await database.drop();
    await rm(dataDir, { recursive: true });
  });

  async function ask(path: string, key?: string, body?: object) {
    const answer = await fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', ...(key && { 'x-api-key': key }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as any };
  }

  const rowsOf = async (where: string) => {
    await app.get(AuditWriter, { strict: false }).flush();
    return query<Record<string, unknown>>(database.ownerUrl, `SELECT * FROM audit_events WHERE ${where}`);
  };

  it('leaves a route that declares nothing to the application', async () => {
    expect(await ask('/shop')).toMatchObject({ status: 200, body: { route: 'own' } });
  });

  it('enforces the scopes that a route of the application declares', async () => {
    expect((await ask('/shop/scoped')).body.code).toBe('missing_api_key');
    expect(await ask('/shop/scoped', adminKey)).toMatchObject({
      status: 200,
      body: { email: 'admin@localhost' },
    });
    expect(await rowsOf(`action = 'ShopController.scoped' OR action LIKE '%shop%'`)).not.toEqual([]);
  });

  it('serves tools over MCP, audited', async () => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'shop_open' } };
    expect((await ask('/mcp', undefined, call)).status).toBe(401);
    expect((await ask('/mcp', adminKey, call)).body.result.structuredContent).toEqual({ open: true });
    expect(await rowsOf(`tool = 'shop_open' AND outcome = 'success'`)).toHaveLength(1);
  });

  it("gives a controller with AuthGuard('api-key') the same 401, audit row and limit", async () => {
    const wrong = generateApiKey('mcp');
    const [own, guarded] = [await ask('/api/me', wrong), await ask('/shop/passport', wrong)];
    expect(guarded.status).toBe(401);
    expect(guarded.headers.get('www-authenticate')).toBe(own.headers.get('www-authenticate'));
    expect({ ...guarded.body, requestId: '' }).toEqual({ ...own.body, requestId: '' });
    expect(await rowsOf(`reason = 'unknown_api_key'`)).toHaveLength(2);
    expect((await ask('/shop/passport', adminKey)).body).toEqual({ email: 'admin@localhost' });
    const statuses: number[] = [];
    for (let n = 0; n < 10; n++) statuses.push((await ask('/shop/passport', adminKey)).status);
    expect(statuses).toContain(429);
    expect(await rowsOf(`reason = 'rate_limited'`)).not.toEqual([]);
  });
});
