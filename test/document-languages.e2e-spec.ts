import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentImporter } from '../src/documents/document-importer.js';
import type { Language } from '../src/documents/search/languages.js';
import { Command } from './support/process.js';
import { TestService, type TestUser } from './support/test-service.js';

const DOCUMENTS = '/api/documents';
/** Too little German to be told from English. */
const HOUSES = { title: 'Project', content: 'Haus' };

describe('The language of a document', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:read', 'documents:write'])).apiKey;
  });

  const create = (body: unknown) => service.request('POST', DOCUMENTS, { key, body });
  const change = (id: string, body: unknown) => service.request('PATCH', `${DOCUMENTS}/${id}`, { key, body });
  const languageOf = async (id: string) =>
    (await service.request('GET', `${DOCUMENTS}/${id}`, { key })).body.language;
  const indexedAs = async (id: string) => {
    const rows = await service.query('SELECT language FROM document_indexes WHERE document_id = $1', [id]);
    return rows.map(({ language }) => language);
  };
  const unknownWords = async (query: string) =>
    (await service.request('POST', `${DOCUMENTS}/search`, { key, body: { query } })).body.unknownWords;
  const count = async () =>
    (await service.query('SELECT id FROM documents WHERE owner_id = $1', [owner.id])).length;

  it('is detected where none is given, and told as null', async () => {
    for (const body of [HOUSES, { ...HOUSES, language: null }]) {
      const made = await create(body);
      expect([made.status, made.body.language]).toEqual([201, null]);
      expect(await indexedAs(made.body.id)).toEqual(['en']);
    }
    expect(await unknownWords('Häuser')).toEqual(['häuser']);
  });

  it('stems the words of the document when it is given, and is told with it', async () => {
    const made = await create({ ...HOUSES, language: 'de' });
    expect(made.body.language).toBe('de');
    expect(await languageOf(made.body.id)).toBe('de');
    const { body } = await service.request('GET', DOCUMENTS, { key });
    expect(body.documents).toMatchObject([{ id: made.body.id, language: 'de' }]);
    expect(await indexedAs(made.body.id)).toEqual(['de']);
    expect(await unknownWords('Häuser')).toEqual([]);
  });

  it('is kept by changes that leave it out, and detected again after null', async () => {
    const { id } = (await create({ ...HOUSES, language: 'de' })).body;
    expect((await change(id, { content: 'Haus oder Hof' })).body.language).toBe('de');
    expect((await change(id, { content: 'House' })).body.language).toBe('de');
    expect(await indexedAs(id)).toEqual(['de']);
    expect((await change(id, { language: 'nl' })).body).toMatchObject({ content: 'House', language: 'nl' });
    expect(await indexedAs(id)).toEqual(['nl']);
    expect((await change(id, { language: null })).body.language).toBeNull();
    expect(await indexedAs(id)).toEqual(['en']);
    await change(id, { content: 'Das Haus steht in einer ruhigen Straße am Rand der Stadt.' });
    expect([await languageOf(id), await indexedAs(id)]).toEqual([null, ['de']]);
  });

  it.each(['xx', 'DE', 'german', '', 'de-AT', 7, ['de'], 'constructor'])(
    'is refused with 400 and nothing written when it is %j',
    async (language) => {
      const { id } = (await create(HOUSES)).body;
      for (const answer of [
        await create({ ...HOUSES, language }),
        await change(id, { title: 'New', language }),
      ])
        expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
      const tool = await service.call(key, 'documents_create', { ...HOUSES, language });
      expect(tool.body.result.isError).toBe(true);
      expect(await count()).toBe(1);
      expect((await service.request('GET', `${DOCUMENTS}/${id}`, { key })).body.title).toBe(HOUSES.title);
    },
  );

  it('is an argument of the tools, whose schemas name the seven codes', async () => {
    const { tools } = (await service.rpc(key, 'tools/list')).body.result;
    for (const name of ['documents_create', 'documents_update']) {
      const { inputSchema } = tools.find((tool: { name: string }) => tool.name === name);
      expect(JSON.stringify(inputSchema.properties.language)).toContain(
        '["en","de","fr","es","it","nl","pt"',
      );
      expect(inputSchema.required).not.toContain('language');
    }
    const made = await service.call(key, 'documents_create', { ...HOUSES, language: 'de' });
    const { id, language } = made.body.result.structuredContent;
    expect(language).toBe('de');
    const changed = await service.call(key, 'documents_update', { id, language: null });
    expect(changed.body.result.structuredContent.language).toBeNull();
    expect(await indexedAs(id)).toEqual(['en']);
  });

  it('is shown to its writer, who may not read', async () => {
    const { apiKey } = await service.createKey(owner, ['documents:write']);
    const made = await service.request('POST', DOCUMENTS, {
      key: apiKey,
      body: { ...HOUSES, language: 'de' },
    });
    expect(made.body.language).toBe('de');
    const changed = await service.request('PATCH', `${DOCUMENTS}/${made.body.id}`, {
      key: apiKey,
      body: { title: 'New' },
    });
    expect(changed.body).not.toHaveProperty('language');
  });

  describe('of imported files', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bouncer-languages-'));
      await writeFile(join(folder, 'Project.txt'), HOUSES.content);
    });
    afterEach(() => rm(folder, { recursive: true }));

    const imported = async (language?: Language) => {
      const importer = service.service.app.get(DocumentImporter, { strict: false });
      const root = await importer.open(owner.id, folder);
      return importer.import({ ...root, ...(language && { language }) }, (await importer.find(folder)).files);
    };
    const byCommand = async (language: string): Promise<[number | null, string]> => {
      const command = Command.run('cli/bouncer.js', {
        env: { DATABASE_URL: service.database.url, MIGRATE_ON_START: 'false' },
        args: ['documents', 'import', '--user', owner.email, '--language', language, folder],
      });
      return [await command.end(), command.output];
    };
    const languages = async () =>
      (await service.request('GET', DOCUMENTS, { key })).body.documents.map(
        ({ language }: { language: string | null }) => language,
      );

    it('is the one that is given, which a later import without one keeps', async () => {
      expect(await imported()).toMatchObject({ added: ['Project.txt'] });
      expect(await languages()).toEqual([null]);
      expect(await imported('de')).toMatchObject({ changed: ['Project.txt'] });
      expect(await languages()).toEqual(['de']);
      expect(await imported()).toMatchObject({ unchanged: 1 });
      expect(await languages()).toEqual(['de']);
    });

    it('is that of --language, which is refused where it is none of the seven', async () => {
      const [[code, output], refused] = await Promise.all([byCommand('de'), byCommand('xx')]);
      expect([code, output]).toEqual([0, expect.stringContaining('1 added')]);
      expect(refused).toEqual([2, expect.stringContaining('en, de, fr, es, it, nl, pt')]);
      expect(await languages()).toEqual(['de']);
    });
  });
});
