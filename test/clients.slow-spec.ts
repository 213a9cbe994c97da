import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DocumentImporter } from '../src/documents/document-importer.js';
import { CLIENTS, type ConnectedClient, HEADERS } from './support/clients.js';
import { TestService, type TestUser } from './support/test-service.js';

/** In bytes. */
const SHORT = 2_000;

const combinations = CLIENTS.flatMap(([client, connect]) =>
  HEADERS.map(([header, headersFor]) => ({ client, header, connect, headersFor })),
);

// The documents are real input: the short Markdown and text files of the installed packages, and one that has what is asked for.
describe('A real client', () => {
  let service: TestService;
  let user: TestUser;
  let imported: number;

  beforeAll(async () => {
    service = await TestService.start();
    user = await service.createUser();
    const importer = service.service.app.get(DocumentImporter, { strict: false });
    const folder = resolve(__dirname, '../node_modules');
    const root = await importer.open(user.id, folder);
    const files = (await importer.find(folder)).files.filter(
      (file) => statSync(file).size <= SHORT || file === join(folder, 'typeorm/README.md'),
    );
    const summary = await importer.import(root, files);
    imported = summary.added.length;
  }, 120_000);
  afterAll(() => service.stop());

  it('can search hundreds of documents', () => {
    expect(imported).toBeGreaterThan(300);
  });

  describe.each(combinations)('($client with $header)', ({ connect, headersFor }) => {
    let client: ConnectedClient;
    let readOnly: ConnectedClient;

    beforeAll(async () => {
      const { apiKey } = await service.createKey(user, [
        'documents:read',
        'documents:write',
        'documents:delete',
      ]);
      client = await connect(service.url, headersFor(apiKey));
      readOnly = await connect(
        service.url,
        headersFor((await service.createKey(user, ['documents:read'])).apiKey),
      );
    });
    afterAll(async () => {
      await client.close();
      await readOnly.close();
    });

    it('lists the tools of the key, and no others', async () => {
      const names = async (of: ConnectedClient) => (await of.listTools()).tools.map((tool) => tool.name);
      expect(await names(readOnly)).toEqual([
        'documents_get',
        'documents_list',
        'documents_search',
        'whoami',
      ]);
      expect(await names(client)).toHaveLength(7);
    });

    it('finds a passage and reads the document that it is from', async () => {
      const { structuredContent } = await client.callTool({
        name: 'documents_search',
        arguments: { query: '"active record" "data mapper"', limit: 3 },
      });
      expect(structuredContent.count).toBeGreaterThan(0);
      const [best] = structuredContent.results;
      expect(best.excerpt).toContain('**');
      const { structuredContent: document } = await client.callTool({
        name: 'documents_get',
        arguments: { id: best.id },
      });
      expect(document.content).toMatch(/data mapper/i);
      expect(document.filename).toBe(best.filename);
    });

    it('creates, changes and deletes a document', async () => {
      const call = async (name: string, args: Record<string, unknown>) =>
        (await client.callTool({ name, arguments: args })).structuredContent;
      const { id } = await call('documents_create', { title: 'Draft', content: 'A zyzzyva appears.' });
      await call('documents_update', { id, title: 'Final' });
      expect((await call('documents_search', { query: 'zyzzyva' })).results).toMatchObject([
        { id, title: 'Final' },
      ]);
      expect(await call('documents_delete', { id })).toEqual({ id, deleted: true });
      expect((await call('documents_search', { query: 'zyzzyva' })).count).toBe(0);
    });

    it('reads a document as a resource, and gets an error for one that does not exist', async () => {
      const { resourceTemplates } = await client.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['document://{id}']);
      const { structuredContent } = await client.callTool({
        name: 'documents_list',
        arguments: { limit: 1 },
      });
      const uri = `document://${structuredContent.documents[0].id}`;
      const { contents } = await client.readResource({ uri });
      expect(contents).toMatchObject([{ uri, mimeType: 'text/markdown' }]);
      expect(contents[0].text.length).toBeGreaterThan(0);
      const missing = client.readResource({ uri: 'document://018f0000-0000-7000-8000-000000000000' });
      await expect(missing).rejects.toThrow(/not found/);
    });

    it('gets a prompt with sources, and is told which argument is missing', async () => {
      const { prompts } = await client.listPrompts();
      expect(prompts.map(({ name }) => name)).toEqual(['documents_answer']);
      const question = 'What is the active record pattern?';
      const { messages } = await client.getPrompt({ name: 'documents_answer', arguments: { question } });
      expect(messages.at(-1).content.text).toContain(question);
      expect(messages[0].content.resource.uri).toMatch(/^document:/);
      const lacking = client.getPrompt({ name: 'documents_answer', arguments: {} });
      await expect(lacking).rejects.toThrow(/question/);
    });

    it('gets the ids of its documents as completions', async () => {
      const ref = { type: 'ref/resource' as const, uri: 'document://{id}' };
      const offered = async (value: string): Promise<string[]> =>
        (await client.complete({ ref, argument: { name: 'id', value } })).completion.values;
      const [first] = await offered('');
      expect(await offered(first!)).toEqual([first]);
      expect(await offered('no id begins so')).toEqual([]);
    });

    it('is told which argument was wrong', async () => {
      const result = await client.callTool({
        name: 'documents_search',
        arguments: { query: '', limit: 'many' },
      });
      expect(result.isError).toBe(true);
      expect(result.content[0].text).toMatch(/^Invalid arguments for tool documents_search: .*query.*limit/);
    });

    it('is told which scope is missing', async () => {
      const refused = readOnly.callTool({
        name: 'documents_create',
        arguments: { title: 'x', content: 'y' },
      });
      await expect(refused).rejects.toThrow(/documents:write/);
    });
  });

  it.each(combinations)(
    'cannot connect with an invalid key ($client with $header)',
    async ({ connect, headersFor }) => {
      await expect(connect(service.url, headersFor('mcp_wrong'))).rejects.toThrow();
    },
  );
});
