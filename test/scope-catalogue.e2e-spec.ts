import { Controller, Get, Injectable, Module, Put } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ACCESS_METADATA, type AccessRule, Scopes } from '../src/access/access.decorators.js';
import type { ScopeEntry } from '../src/scope-guide/scope.schema.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { TestService } from './support/test-service.js';

const NO_ROW = '01900000-0000-7000-8000-000000000000';
const COARSE = ['admin', 'delete', 'read', 'write'];

@Controller('api/invoices')
@Scopes('invoices:read')
class InvoicesController {
  @Get(':id')
  get() {
    return {};
  }

  @Put(':id/payment')
  @Scopes('invoices:pay', 'documents:read')
  pay() {
    return {};
  }
}

@Injectable()
class InvoiceTools {
  @Tool({ name: 'invoices_pay', description: 'Pay an invoice' })
  @Scopes('invoices:pay', 'documents:read')
  pay() {
    return {};
  }
}

@Module({ controllers: [InvoicesController], providers: [InvoiceTools] })
class InvoicesModule {}

describe('GET /api/scopes', () => {
  let service: TestService;
  let entries: ScopeEntry[];

  const entry = (scope: string) => entries.find((each) => each.scope === scope)!;

  beforeAll(async () => {
    service = await TestService.start({ modules: [InvoicesModule] });
    entries = (await service.request('GET', '/api/scopes', { key: service.adminKey })).body.scopes;
  });
  afterAll(() => service.stop());

  /** Returns every scope in the metadata of every method of every class in the container. */
  function declaredScopes(): string[] {
    const classes = [...service.service.app.get(ModulesContainer).values()].flatMap((module) =>
      [...module.controllers.values(), ...module.providers.values()].map(({ metatype }) => metatype),
    );
    return classes.flatMap((type) => {
      const ofClass = type && (Reflect.getMetadata(ACCESS_METADATA, type) as AccessRule | undefined);
      const methods = Object.values(Object.getOwnPropertyDescriptors(type?.prototype ?? {}));
      return methods.flatMap(({ value }) => {
        if (typeof value !== 'function' || value === type) return [];
        const rule = (Reflect.getMetadata(ACCESS_METADATA, value) as AccessRule | undefined) ?? ofClass;
        return rule?.kind === 'scopes' ? rule.scopes : [];
      });
    });
  }

  it('answers any key with a list of one page, and refuses a request without a key', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const answer = await service.request('GET', '/api/scopes', { key: apiKey });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ scopes: entries, nextCursor: null });
    expect((await service.request('GET', '/api/scopes')).body.code).toBe('missing_api_key');
  });

  it('lists the scopes that handlers require, all of each resource, the coarse ones, and nothing else', () => {
    const declared = [...new Set(declaredScopes())];
    expect(declared).toEqual(expect.arrayContaining(['documents:delete', 'keys:write', 'invoices:pay']));
    const whole = declared.map((scope) => `${scope.split(':')[0]}:*`);
    expect(entries.map(({ scope }) => scope)).toEqual(
      [...new Set([...declared, ...whole, ...COARSE])].sort(),
    );
  });

  it('describes each in full', () => {
    for (const each of entries) {
      expect(each).toEqual({
        scope: expect.any(String),
        description: expect.stringMatching(/\S/),
        actions: expect.any(Array),
        use: expect.stringMatching(/\S/),
        risk: expect.stringMatching(/^(low|medium|high|critical)$/),
        elevated: ['high', 'critical'].includes(each.risk),
        tools: expect.any(Array),
        routes: expect.any(Array),
      });
      expect(each.actions.length).toBeGreaterThan(0);
      // The assistant requires documents:read as well, so assistant:* alone is enough for nothing.
      expect(each.tools.length + each.routes.length > 0).toBe(each.scope !== 'assistant:*');
    }
  });

  it('names the handlers that require the scope to delete documents', () => {
    expect(entry('documents:delete')).toEqual({
      scope: 'documents:delete',
      description: 'Delete documents',
      actions: ['delete'],
      use: expect.stringContaining('elevated'),
      risk: 'high',
      elevated: true,
      tools: ['documents_delete'],
      routes: ['DELETE /api/documents/{id}'],
    });
  });

  it('lists a handler that requires two scopes under each of them, and under no coarse one that is not enough', () => {
    const route = 'PUT /api/invoices/{id}/payment';
    for (const scope of ['invoices:pay', 'documents:read', 'admin']) {
      expect(entry(scope)).toMatchObject({ tools: expect.arrayContaining(['invoices_pay']) });
      expect(entry(scope).routes).toContain(route);
    }
    for (const scope of ['invoices:*', 'documents:*', 'read', 'write']) {
      expect(entry(scope).tools).not.toContain('invoices_pay');
      expect(entry(scope).routes).not.toContain(route);
    }
  });

  it('names only existing routes and tools that require the scope', async () => {
    const { id, apiKey: bare } = await service.createKey(await service.createUser(), ['read']);
    await service.query(`UPDATE api_keys SET scopes = '{}' WHERE id = $1`, [id]);
    for (const { scope, routes, tools } of entries.filter(({ scope }) => /:[^*]/.test(scope))) {
      for (const route of routes) {
        const [method, path] = route.split(' ') as [string, string];
        const answer = await service.request(method, path.replaceAll(/\{\w+\}/g, NO_ROW), { key: bare });
        expect([route, answer.status, answer.body.requiredScopes]).toEqual([
          route,
          403,
          expect.arrayContaining([scope]),
        ]);
      }
      for (const tool of tools) {
        const answer = await service.call(bare, tool);
        expect([tool, answer.status, answer.body.error.data.requiredScopes]).toEqual([
          tool,
          403,
          expect.arrayContaining([scope]),
        ]);
      }
    }
  });

  it('names under a coarse scope the tools that a key with that scope alone sees', async () => {
    const admin = (await service.request('GET', '/api/me', { key: service.adminKey })).body.user;
    for (const { scope, tools } of entries.filter(({ scope }) => !/:[^*]/.test(scope))) {
      const { apiKey } = await service.createKey(admin, [scope]);
      const list = (await service.rpc(apiKey, 'tools/list')).body.result.tools as { name: string }[];
      expect([scope, list.map(({ name }) => name)]).toEqual([scope, [...tools, 'whoami']]);
    }
  });
});

describe('An unknown scope', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('is refused with the name that was probably meant when a key is created or changed', async () => {
    const owner = await service.createUser();
    const key = await service.createKey(owner, ['read']);
    const scopes = ['documents:reed', 'read'];
    for (const answer of [
      await service.request('POST', '/api/mcp/keys', {
        key: service.adminKey,
        body: { name: 'New', userId: owner.id, scopes },
      }),
      await service.request('PATCH', `/api/mcp/keys/${key.id}`, { key: service.adminKey, body: { scopes } }),
    ]) {
      expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      expect(answer.body.errors).toEqual([
        expect.stringMatching(/^scopes: unknown: documents:reed\. Known scopes: admin, .*documents:read/),
        'documents:reed: did you mean documents:read?',
      ]);
      expect(answer.body.detail).toContain('documents:reed: did you mean documents:read?');
    }
    expect(await service.query('SELECT scopes FROM api_keys WHERE user_id = $1', [owner.id])).toEqual([
      { scopes: ['read'] },
    ]);
  });
});
