import { readdirSync, readFileSync } from 'node:fs';
import { QUESTIONS, UNANSWERED } from './fixtures/company-questions.js';
import { TestService } from './support/test-service.js';

const FOLDER = new URL('fixtures/company/', import.meta.url);
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.md'))
  .sort();
const WANTED = 90;

describe('The search over the documents of a company', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    const owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:read', 'documents:write'])).apiKey;
    for (const filename of files) {
      const content = readFileSync(new URL(filename, FOLDER), 'utf8');
      const title = /^# (.+)$/m.exec(content)?.[1];
      const { status, text } = await service.request('POST', '/api/documents', {
        key,
        body: { title, content, filename },
      });
      if (status !== 201) throw new Error(`${filename} was not created: ${text}`);
    }
  });
  afterAll(() => service.stop());

  const search = async (query: string) => {
    const { status, body } = await service.request('POST', '/api/documents/search', { key, body: { query } });
    expect(status).toBe(200);
    return body;
  };

  it('has thirty documents and a hundred questions about them', () => {
    expect(files).toHaveLength(30);
    expect(QUESTIONS).toHaveLength(100);
    expect(files).toEqual(expect.arrayContaining(QUESTIONS.map(({ document }) => document)));
  });

  it(`has the right document first for at least ${WANTED} of a hundred questions`, async () => {
    const misses: string[] = [];
    for (const { kind, query, document } of QUESTIONS) {
      const { results } = await search(query);
      const names = results.map(({ filename }: { filename: string }) => filename);
      if (names[0] === document) continue;
      const place = names.indexOf(document) + 1;
      const found =
        place > 0 ? `place ${place}, after ${names[0]}` : `absent, first is ${names[0] ?? 'nothing'}`;
      misses.push(`${kind}: ${query} -> ${document}: ${found}`);
    }
    if (misses.length > 0) process.stdout.write(`\n${misses.length} misses\n  ${misses.join('\n  ')}\n`);
    expect(QUESTIONS.length - misses.length).toBeGreaterThanOrEqual(WANTED);
  });

  it('finds nothing for a question that no document answers, or names the words that it does not know', async () => {
    const invented: string[] = [];
    for (const query of UNANSWERED) {
      const { results, unknownWords = [] } = await search(query);
      if (results.length > 0 && unknownWords.length === 0)
        invented.push(`${query} -> ${results[0].filename as string}`);
    }
    expect(invented).toEqual([]);
  });
});
