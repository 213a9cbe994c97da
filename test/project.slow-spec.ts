import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query, refusal, type TestDatabase } from './support/database.js';
import { INVOICES_PROJECT } from './support/invoices-project.js';
import type { Command } from './support/process.js';
import { TestProject } from './support/test-project.js';

jest.setTimeout(120_000);

const RAN = 'SELECT name FROM project_migrations';
const CURRENCY = { INVOICE_CURRENCY: 'EUR' };

describe('A project that depends on the package', () => {
  const adminKey = generateApiKey('mcp');
  let project: TestProject;
  let database: TestDatabase;
  let env: Record<string, string>;

  beforeAll(async () => {
    project = await TestProject.make(INVOICES_PROJECT);
    database = await createDatabase();
    env = {
      DATABASE_URL: database.url,
      MIGRATION_DATABASE_URL: database.schemaUrl,
      BOOTSTRAP_ADMIN_KEY: adminKey,
      ...CURRENCY,
    };
    await project.build();
  });
  afterAll(async () => {
    await database.drop();
    await project.remove();
  });

  async function serve(work: (ask: typeof request) => Promise<void>): Promise<void> {
    const service: Command = project.start('server/main.js', { env });
    try {
      const url = await service.prints(/Bouncer serves (http:\S+)\/mcp/);
      await work((path, body) => request(url + path, body));
    } finally {
      await service.stop();
    }
  }

  async function request(url: string, body?: object): Promise<any> {
    const answer = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers: { 'x-api-key': adminKey, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    // The SDK answers with an event stream.
    return JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text);
  }

  const rpc = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });

  it('gets a generated migration for its own tables alone, in its own folder', async () => {
    const [code, output] = await project.bouncer(env, 'migration', 'generate', 'create-invoices');
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^Wrote migrations\/\d{13}-create-invoices\.ts/),
    ]);
    const [file] = (await project.list('migrations')) as [string];
    const source = await project.read(`migrations/${file}`);
    expect(source.match(/db\.query/g)).toHaveLength(2);
    expect(source).toContain('CREATE TABLE "billing"."invoices"');
    expect(await project.build()).toBe('');
  });

  it('runs its migrations after those of the package, by a table of their own, and has nothing left to generate', async () => {
    const [code, output] = await project.bouncer(env, 'migration', 'run');
    expect([code, output]).toEqual([0, expect.stringMatching(/^Ran CreateInvoices\d{13}\n$/)]);
    expect(await query(database.ownerUrl, RAN)).toHaveLength(1);
    expect(await project.bouncer(env, 'migration', 'generate', 'more')).toEqual([
      0,
      'The schema is that of the entities: nothing to generate\n',
    ]);
  });

  it('serves its tools and routes with its settings, and without the documents', () =>
    serve(async (ask) => {
      const call = rpc('tools/call', { name: 'invoices_create', arguments: { customer: 'Ada' } });
      const made = { id: 1, customer: 'Ada', currency: 'EUR' };
      expect((await ask('/mcp', call)).result.structuredContent).toMatchObject(made);
      expect(await ask('/api/invoices')).toMatchObject({ invoices: [made] });
      const hello = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'spec', version: '1' },
      };
      const { serverInfo } = (await ask('/mcp', rpc('initialize', hello))).result;
      expect(serverInfo).toEqual({ name: 'acme', title: 'Acme', version: '3.1.4' });
      const { result } = await ask('/mcp', rpc('tools/list'));
      expect(result.tools.map(({ name }: { name: string }) => name).sort()).toEqual([
        'invoices_create',
        'whoami',
      ]);
      const { info, paths, tags } = await ask('/docs/openapi.json');
      expect(info).toMatchObject({ title: 'Acme', version: '3.1.4' });
      expect(Object.keys(paths)).toContain('/api/invoices');
      const names = tags.map(({ name }: { name: string }) => name);
      expect([...Object.keys(paths), ...names].join()).not.toMatch(/documents/i);
      const { scopes } = await ask('/api/scopes');
      const known = scopes.map(({ scope, name = scope }: { scope?: string; name?: string }) => name);
      expect(known).toContain('invoices:write');
      expect(known.join()).not.toContain('documents');
    }));

  it('cannot change audit rows with the role of the service', async () => {
    expect((await refusal(database.url, 'DELETE FROM audit_events')).code).toBe('42501');
    expect((await refusal(database.url, 'DELETE FROM project_migrations')).code).toBe('42501');
    expect((await refusal(database.url, 'CREATE TABLE billing.more (id integer)')).code).toBe('42501');
    await query(database.url, 'DELETE FROM billing.invoices');
  });

  it('reverts its own migration first, and does not start until it is run again', async () => {
    const [, output] = await project.bouncer(env, 'migration', 'revert');
    expect(output).toMatch(/^Reverted CreateInvoices/);
    expect(await query(database.ownerUrl, RAN)).toEqual([]);
    const service = project.start('server/main.js', { env: { ...env, MIGRATE_ON_START: 'false' } });
    expect(await service.end()).toBe(1);
    expect(service.output).toContain('The schema waits for migrations');
  });

  it("names the project's wrong settings and the package's in one error", async () => {
    const service = project.start('server/main.js', {
      env: { ...env, PORT: 'http', INVOICE_CURRENCY: 'Euro' },
    });
    expect(await service.end()).toBe(1);
    expect(service.output).toContain('  PORT: must be');
    expect(service.output).toContain('  INVOICE_CURRENCY: must have three letters');
  });

  it('can import only the three entry points', async () => {
    await project.write('dist/reach.js', `await import('bouncer-mcp/dist/users/user.entity.js');`);
    const { execFile } = await import('node:child_process');
    const said = await new Promise<string>((done) =>
      execFile(process.execPath, ['dist/reach.js'], { cwd: project.folder }, (_error, _out, text) =>
        done(text),
      ),
    );
    expect(said).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
