import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runMigrations, withMigrations } from '../src/database/migrations.js';
import { DocumentReader } from '../src/documents/formats/document-reader.js';
import { DocumentImporter, type ImportOptions } from '../src/documents/document-importer.js';
import { docxOf, pdfOf, wordParagraph } from './support/files.js';
import { createDatabase, query } from './support/database.js';
import { Command } from './support/process.js';
import { TestService, type TestUser } from './support/test-service.js';

const MIGRATION = 'DocumentImports1795001100000';

interface Row {
  id: string;
  title: string;
  content: string;
  filename: string | null;
}

describe('An import', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;
  let folder: string;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  beforeEach(async () => {
    owner = await service.createUser();
    key = (await service.createKey(owner, ['read', 'write', 'delete'])).apiKey;
    folder = await mkdtemp(join(tmpdir(), 'bouncer-import-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** @param files relative path -> text @returns the root's path */
  const root = async (name: string, files: Record<string, string>): Promise<string> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name, path)), { recursive: true });
      await writeFile(join(folder, name, path), text);
    }
    return join(folder, name);
  };
  const run = async (url: string, email: string, args: string[]): Promise<[number | null, string]> => {
    const command = Command.run('cli/bouncer.js', {
      env: { DATABASE_URL: url, MIGRATE_ON_START: 'false' },
      args: ['documents', 'import', '--user', email, ...args],
    });
    return [await command.end(), command.output];
  };
  /** Runs the command. @returns the counts that it prints */
  const imported = async (path: string, options: ImportOptions = {}): Promise<string> => {
    const importer = service.service.app.get(DocumentImporter, { strict: false });
    const opened = await importer.open(owner.id, path, options);
    const { files } = await importer.find(path);
    const { added, changed, unchanged, removed, skipped } = await importer.import(opened, files, options);
    const counts = [`${added.length} added`, `${changed.length} changed`, `${unchanged} unchanged`];
    if (options.prune) counts.push(`${removed.length} removed`);
    return [...counts, `${skipped.length} skipped`].join(', ');
  };
  const rows = () =>
    service.query<Row & Record<string, unknown>>(
      'SELECT id, title, content, filename FROM documents WHERE owner_id = $1 ORDER BY id',
      [owner.id],
    );
  const send = (method: string, path: string, body?: object) =>
    service.request(method, `/api/documents${path}`, { key, ...(body && { body }) });

  it('of a second root does not change the documents of the first one', async () => {
    const first = await root('handbook', { 'README.md': '# Handbook\n', 'a/b.md': '# B\n' });
    const second = await root('wiki', { 'README.md': '# Wiki\n' });
    expect(await imported(first)).toBe('2 added, 0 changed, 0 unchanged, 0 skipped');
    expect(await imported(second)).toBe('1 added, 0 changed, 0 unchanged, 0 skipped');
    expect((await rows()).map(({ title, filename }) => [title, filename])).toEqual([
      ['Handbook', 'README.md'],
      ['B', 'a/b.md'],
      ['Wiki', 'README.md'],
    ]);
    await writeFile(join(second, 'README.md'), '# Wiki, again\n');
    expect(await imported(second)).toBe('0 added, 1 changed, 0 unchanged, 0 skipped');
    expect(await imported(first)).toBe('0 added, 0 changed, 2 unchanged, 0 skipped');
    expect((await rows()).map(({ title }) => title)).toEqual(['Handbook', 'B', 'Wiki, again']);
  });

  it('never changes a document that was created over REST or by a tool', async () => {
    const text = { title: 'Notes', content: '# Notes\n', filename: 'notes.md' };
    await send('POST', '', text);
    await service.call(key, 'documents_create', { ...text, content: 'By an agent' });
    const before = await rows();
    const path = await root('docs', { 'notes.md': '# Notes\n' });
    expect(await imported(path)).toBe('1 added, 0 changed, 0 unchanged, 0 skipped');
    await writeFile(join(path, 'notes.md'), '# Other notes\n');
    expect(await imported(path)).toBe('0 added, 1 changed, 0 unchanged, 0 skipped');
    const after = await rows();
    expect(after.slice(0, 2)).toEqual(before);
    expect(after.slice(2)).toMatchObject([{ title: 'Other notes', filename: 'notes.md' }]);
  });

  it('finds its documents again even if their title or file name was changed', async () => {
    const path = await root('docs', { 'notes.md': '# Notes\n' });
    await imported(path);
    const [made] = await rows();
    await send('PATCH', `/${made!.id}`, { filename: 'renamed.md' });
    await writeFile(join(path, 'notes.md'), '# Notes\n\nMore.\n');
    expect(await imported(path)).toBe('0 added, 1 changed, 0 unchanged, 0 skipped');
    expect(await rows()).toEqual([{ ...made, filename: 'renamed.md', content: '# Notes\n\nMore.\n' }]);
    await send('DELETE', `/${made!.id}`);
    expect(await imported(path)).toBe('1 added, 0 changed, 0 unchanged, 0 skipped');
  });

  it('distinguishes two roots of one name, and accepts a moved one when it is told to', async () => {
    const first = await root('a/docs', { 'x.md': '# A\n' });
    const second = await root('b/docs', { 'x.md': '# B\n' });
    await imported(first);
    await expect(imported(second)).rejects.toThrow('--source');
    const [code, output] = await run(service.database.url, owner.email, ['--source', 'b-docs', second]);
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('1 added, 0 changed, 0 unchanged, 0 skipped'),
    ]);
    expect((await rows()).map(({ title }) => title)).toEqual(['A', 'B']);
    await rename(first, join(folder, 'moved'));
    const moved = join(folder, 'moved');
    expect(await imported(moved, { source: 'docs' })).toBe('0 added, 0 changed, 1 unchanged, 0 skipped');
    await rename(moved, join(folder, 'docs'));
    await expect(imported(join(folder, 'docs'))).rejects.toThrow(moved);
  });

  it('skips a file whose path is too long, and imports the others', async () => {
    const deep = Array.from({ length: 6 }, () => 'x'.repeat(90)).join('/');
    const path = await root('docs', { 'a.md': '# A\n', [`${deep}/b.md`]: '# B\n' });
    expect(await imported(path)).toBe('1 added, 0 changed, 0 unchanged, 1 skipped');
  });

  it('takes PDF, DOCX and HTML, lists what it skips with the reason, and says so by its exit code', async () => {
    const path = await root('docs', {
      'a.html': '<h1>A page</h1><p>Text</p>',
      'b.pdf': 'no PDF',
      'c.png': '',
    });
    await writeFile(join(path, 'd.docx'), docxOf(wordParagraph('A document', 'Heading1')));
    await writeFile(join(path, 'e.pdf'), pdfOf([[{ text: 'A report', y: 90 }]], { title: 'Report' }));
    const [code, output] = await run(service.database.url, owner.email, ['--json', path]);
    expect(code).toBe(3);
    expect(JSON.parse(output.slice(output.indexOf('{')))).toMatchObject({
      files: 4,
      others: 1,
      added: 3,
      skipped: [{ file: 'b.pdf', reason: 'not a PDF, whatever its name says' }],
    });
    expect((await rows()).map(({ title, content }) => [title, content])).toEqual([
      ['A page', '# A page\n\nText'],
      ['A document', '# A document'],
      ['Report', 'A report'],
    ]);
  });

  it('does not read a file again that has not changed, but writes over what was changed elsewhere', async () => {
    const path = await root('docs', {});
    await mkdir(path);
    await writeFile(join(path, 'e.pdf'), pdfOf([[{ text: 'A report', y: 90 }]], { title: 'Report' }));
    await imported(path);
    const reads = jest.spyOn(service.service.app.get(DocumentReader, { strict: false }), 'read');
    expect(await imported(path)).toBe('0 added, 0 changed, 1 unchanged, 0 skipped');
    expect(reads).not.toHaveBeenCalled();
    reads.mockRestore();
    const [made] = await rows();
    await send('PATCH', `/${made!.id}`, { content: 'Other' });
    expect(await imported(path)).toBe('0 added, 1 changed, 0 unchanged, 0 skipped');
    expect(await rows()).toEqual([made]);
  });

  describe('that prunes', () => {
    const prune = { prune: true };

    it('removes the documents of its source whose files are gone, and no others', async () => {
      const path = await root('docs', { 'a.md': '# A\n', 'b.md': '# B\n', 'c.html': '<p>C' });
      await imported(path);
      await imported(await root('wiki', { 'b.md': '# Wiki\n' }));
      await send('POST', '', { title: 'Notes', content: 'By hand', filename: 'b.md' });
      await rm(join(path, 'b.md'));
      // It is damaged, but it is there.
      await writeFile(join(path, 'c.html'), '');
      expect(await imported(path)).toBe('0 added, 0 changed, 1 unchanged, 1 skipped');
      expect(await imported(path, prune)).toBe('0 added, 0 changed, 1 unchanged, 1 removed, 1 skipped');
      expect((await rows()).map(({ title }) => title)).toEqual(['A', 'c.html', 'Wiki', 'Notes']);
    });

    it('removes nothing where the folder is empty or has none of the files', async () => {
      const path = await root('docs', { 'a.md': '# A\n' });
      await imported(path);
      await rm(join(path, 'a.md'));
      await expect(imported(path, prune)).rejects.toThrow('has no file to import');
      await root('docs', { 'other.md': '# Other\n' });
      await expect(imported(path, prune)).rejects.toThrow('has none of the 1 files');
      expect(await rows()).toHaveLength(1);
      await imported(path);
      expect(await imported(path, prune)).toBe('0 added, 0 changed, 1 unchanged, 1 removed, 0 skipped');
    });
  });

  it('writes nothing in a dry run, and says what it would do', async () => {
    const path = await root('docs', { 'a.md': '# A\n', 'b.md': '# B\n', 'c.md': '# C\n' });
    await imported(path);
    const before = await rows();
    await rm(join(path, 'b.md'));
    await root('docs', { 'a.md': '# Changed\n', 'd.md': '# D\n', 'e.pdf': 'no PDF' });
    const args = ['--dry-run', '--prune', path];
    const [code, output] = await run(service.database.url, owner.email, args);
    expect([code, output]).toEqual([3, expect.stringContaining('nothing was written')]);
    for (const line of [
      'would add d.md',
      'would change a.md',
      'would remove b.md',
      'skipped e.pdf: not a PDF',
    ])
      expect(output).toContain(line);
    const [, json] = await run(service.database.url, owner.email, ['--json', ...args]);
    expect(JSON.parse(json.slice(json.indexOf('{')))).toMatchObject({
      dryRun: true,
      paths: { added: ['d.md'], changed: ['a.md'], removed: ['b.md'] },
    });
    expect(await rows()).toEqual(before);
    expect(await imported(path, { prune: true })).toBe(
      '1 added, 1 changed, 1 unchanged, 1 removed, 1 skipped',
    );
  });

  describe('after the upgrade from a version without sources', () => {
    const before = [
      ['same.md', 'Same', '# Same\n'],
      ['sub/other.md', 'Other', '# Other\n'],
      ['changed.md', 'Changed', '# Changed\n'],
      // No import made this document, because an import would have given it another title.
      ['mine.md', 'My own title', '# Mine\n'],
    ];

    /** Creates documents as that version stored them, and then upgrades. */
    const upgraded = async () => {
      const database = await createDatabase();
      await withMigrations(database.ownerUrl, async (source) => {
        const ran = 'SELECT name FROM migrations WHERE name = $1';
        while ((await source.query<unknown[]>(ran, [MIGRATION])).length > 0) await source.undoLastMigration();
        await source.query(
          `INSERT INTO users (id, email, name, role, tier) VALUES (gen_random_uuid(), 'ada@example.com', 'Ada', 'member', 'free')`,
        );
        for (const [filename, title, content] of before) {
          await source.query(
            `INSERT INTO documents (id, owner_id, title, content, filename)
             SELECT gen_random_uuid(), id, $2, $3, $1 FROM users`,
            [filename, title, content],
          );
        }
      });
      await runMigrations(database);
      return database;
    };
    const titles = (url: string) =>
      query<Row>(url, 'SELECT title, content, filename FROM documents ORDER BY filename, title');

    it('adopts the documents of an earlier import, even if the file was changed since, and duplicates none', async () => {
      const database = await upgraded();
      const path = await root('docs', {
        'same.md': '# Same\n',
        'sub/other.md': '# Other\n',
        'changed.md': '# Changed since\n',
        'mine.md': '# Theirs\n',
      });
      const [code, output] = await run(database.url, 'ada@example.com', [path]);
      expect([code, output]).toEqual([
        0,
        expect.stringContaining('1 added, 1 changed, 2 unchanged, 0 skipped'),
      ]);
      expect(await titles(database.ownerUrl)).toEqual([
        { filename: 'changed.md', title: 'Changed since', content: '# Changed since\n' },
        { filename: 'mine.md', title: 'My own title', content: '# Mine\n' },
        { filename: 'mine.md', title: 'Theirs', content: '# Theirs\n' },
        { filename: 'same.md', title: 'Same', content: '# Same\n' },
        { filename: 'sub/other.md', title: 'Other', content: '# Other\n' },
      ]);
      const again = await run(database.url, 'ada@example.com', [path]);
      expect(again[1]).toContain('0 added, 0 changed, 4 unchanged, 0 skipped');
      await database.drop();
    });

    it('does not adopt a document of another root', async () => {
      const database = await upgraded();
      const path = await root('other', {
        'same.md': '# Not the same\n',
        'changed.md': '# Nor this\n',
        'sub/other.md': '# Other\n',
      });
      const [, output] = await run(database.url, 'ada@example.com', [path]);
      expect(output).toContain('2 added, 0 changed, 1 unchanged, 0 skipped');
      expect((await titles(database.ownerUrl)).map(({ title }) => title)).toEqual(
        expect.arrayContaining([...before.map(([, title]) => title), 'Not the same', 'Nor this']),
      );
      await database.drop();
    });
  });
});
