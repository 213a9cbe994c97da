import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { accessRuleOf } from '../src/access/access-policy.js';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { McpRegistry } from '../src/mcp/mcp-registry.js';
import { createDatabase, query } from './support/database.js';
import { TestService } from './support/test-service.js';

const METHOD_METADATA = 'method';

describe('What must not drift apart', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('every MCP handler declares scopes, or that any key will do', () => {
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

  it('every route declares scopes, that any key will do, or that it is public', () => {
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
      'RegisterController.refuse',
    ]);
  });

  it('the migrated schema is that of the entities', async () => {
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

  it('every migration can be taken back, and run again', async () => {
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
