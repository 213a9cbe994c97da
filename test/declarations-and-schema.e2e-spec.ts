import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { accessRuleOf } from '../src/access/access-policy.js';
import { metadataNamesOf } from '../src/audit/recording/audit-metadata.decorator.js';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { McpRegistry } from '../src/mcp/registry/mcp-registry.js';
import { declarationOf } from '../src/mcp/definitions/primitive.js';
import { createDatabase, query } from './support/database.js';
import { TestService } from './support/test-service.js';

const METHOD_METADATA = 'method';

/** Lists the handlers whose audit row keeps nothing of their input, and why. */
const WITHOUT_METADATA = {
  'they have no input': [
    'WhoamiTools.whoami',
    'MetricsController.scrape',
    'SynonymsController.list',
    'SourceSharesController.list',
    'ToolsController.list',
    'StoppedCallsController.get',
    'StoppedCallsController.resume',
    'ToolLimitsController.list',
    'ScimConnectionsController.list',
    'SsoConnectionsController.list',
  ],
  'their one argument is the resource of the row': [
    'DocumentsTools.get',
    'DocumentsTools.delete',
    'DocumentsResources.read',
    'DocumentsController.get',
    'DocumentsController.delete',
    'DocumentSharesController.shares',
    'UsersController.get',
    'AuditController.get',
    'VerificationsController.get',
    'AgentsController.get',
    'ClientsController.get',
    'AgentsController.create',
    'AgentsController.update',
    'AgentsController.rotate',
    'AgentsController.retire',
    'TeamsController.get',
    'OrganizationsController.get',
    'ApiKeysController.get',
    'EffectiveController.effective',
  ],
  'the row of a change says what was changed': [
    'SynonymsController.replace',
    'DocumentSharesController.share',
    'DocumentSharesController.unshare',
    'SourceSharesController.share',
    'SourceSharesController.unshare',
    'VerificationsController.begin',
    'VerificationsController.stop',
    'ToolsController.switch',
    'StoppedCallsController.stop',
    'SessionsController.end',
    'SessionsController.endOthers',
    'InvitationsController.create',
    'InvitationsController.revoke',
    'SecondFactorController.resetSecondFactor',
    'ScimConnectionsController.create',
    'ScimConnectionsController.remove',
    'SsoConnectionsController.create',
    'SsoConnectionsController.update',
    'SsoConnectionsController.remove',
    'ClientsController.create',
    'ClientsController.decide',
    'ClientsController.remove',
    'GrantsController.end',
    'ToolLimitsController.replace',
    'OrganizationsController.create',
    'OrganizationsController.update',
    'OrganizationsController.remove',
    'MembersController.put',
    'MembersController.remove',
    'TeamsController.create',
    'TeamsController.update',
    'TeamsController.remove',
    'TeamMembersController.put',
    'TeamMembersController.remove',
    'UsersController.create',
    'UsersController.update',
    'ApiKeysController.create',
    'ApiKeysController.update',
    'ApiKeysController.rotate',
    'ApiKeysController.rotateAll',
    'ApiKeysController.revoke',
  ],
  'they note their filters themselves': [
    'AuditController.list',
    'AuditExportController.export',
    'AuditStreamController.stream',
  ],
};

describe('The declarations and the schema', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('have scopes, or @Authenticated, on every MCP handler', () => {
    const { tools, resources, templates, prompts, completions } = service.service.app.get(McpRegistry, {
      strict: false,
    });
    const handlers = [tools, resources, templates, prompts, completions].flatMap((set) => [...set.all()]);
    expect(handlers.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'documents_search',
        'whoami',
        'document://{id}',
        'documents_answer',
        'document://{id} id',
      ]),
    );
    for (const { name, rule } of handlers)
      expect([name, rule?.kind]).toEqual([name, expect.stringMatching(/scopes|authenticated/)]);
  });

  it('have scopes, @Authenticated or @Public on every route', () => {
    const discovery = service.service.app.get(DiscoveryService, { strict: false });
    const routes = discovery.getControllers().flatMap(({ metatype }) => {
      const prototype = metatype!.prototype as Record<string, () => unknown>;
      return new MetadataScanner()
        .getAllMethodNames(prototype)
        .filter((name) => Reflect.getMetadata(METHOD_METADATA, prototype[name]!) !== undefined)
        .map((name) => ({
          route: `${metatype!.name}.${name}`,
          rule: accessRuleOf(prototype[name]!, metatype as never)?.kind,
        }));
    });
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter(({ rule }) => rule === undefined)).toEqual([]);
    expect(
      routes
        .filter(({ rule }) => rule === 'public')
        .map(({ route }) => route)
        .sort(),
    ).toEqual([
      'DocsController.asset',
      'DocsController.document',
      'DocsController.page',
      'HealthController.live',
      'HealthController.ready',
      'HealthController.summary',
      'ResourceMetadataController.ofMcp',
      'ResourceMetadataController.ofService',
    ]);
  });

  it('name for every audited handler which input its row keeps, unless it is listed as keeping none', () => {
    const discovery = service.service.app.get(DiscoveryService, { strict: false });
    const audited = [...discovery.getProviders(), ...discovery.getControllers()].flatMap(({ metatype }) => {
      const prototype = metatype?.prototype as Record<string, () => unknown> | undefined;
      if (!prototype) return [];
      return new MetadataScanner()
        .getAllMethodNames(prototype)
        .filter((name) => {
          const isRoute = Reflect.hasMetadata(METHOD_METADATA, prototype[name]!);
          const rule = accessRuleOf(prototype[name]!, metatype as never);
          return declarationOf(prototype[name]!) || (isRoute && rule?.kind === 'scopes');
        })
        .map((name) => ({ name: `${metatype!.name}.${name}`, names: metadataNamesOf(prototype[name]!) }));
    });
    expect(audited.length).toBeGreaterThan(25);
    const silent = audited.filter(({ names }) => names.length === 0).map(({ name }) => name);
    expect(silent.sort()).toEqual(Object.values(WITHOUT_METADATA).flat().sort());
  });

  it('agree: the migrated schema is that of the entities', async () => {
    const entities = service.service.app
      .get(DataSource, { strict: false })
      .entityMetadatas.map(({ target }) => target as () => unknown);
    expect(entities.length).toBeGreaterThan(3);
    const database = await createDatabase('template0');
    try {
      await runMigrations(database);
      const schema = await withMigrations(
        database.ownerUrl,
        (dataSource) => dataSource.driver.createSchemaBuilder().log(),
        entities,
      );
      expect(schema.upQueries.map(({ query }) => query)).toEqual([]);
    } finally {
      await database.drop();
    }
  });

  it('let every migration be reverted and run again', async () => {
    const database = await createDatabase('template0');
    try {
      const names = await runMigrations(database);
      expect(names.length).toBeGreaterThan(0);
      await withMigrations(database.ownerUrl, async (dataSource) => {
        for (const _ of names) await dataSource.undoLastMigration();
      });
      const left = await query<{ name: string }>(
        database.ownerUrl,
        `SELECT table_name AS name FROM information_schema.tables
         WHERE table_schema = 'public' AND table_name NOT IN ('migrations', 'typeorm_metadata')`,
      );
      expect(left).toEqual([]);
      expect(await runMigrations(database)).toEqual(names);
    } finally {
      await database.drop();
    }
  });
});
