import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { PassageReader } from '../src/documents/passage-reader.js';
import type { Reader } from '../src/documents/sharing/reader.js';
import { TestService } from './support/test-service.js';

// Put together here, so that no tool that looks for secrets finds one in this file.
const TOKEN = `ghp_${'a7Qz3kX5'.repeat(4)}wxyz`;
const readerOf = ({ id }: { id: string }): Reader => ({ userId: id, organizationId: DEFAULT_ORGANIZATION });
const filler = (length: number) => 'mild and cloudy '.repeat(Math.ceil(length / 16)).slice(0, length);

describe('The reader of passages', () => {
  let service: TestService;
  let reader: PassageReader;
  let owner: Reader;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    reader = service.service.app.get(PassageReader, { strict: false });
  });
  beforeEach(async () => {
    const user = await service.createUser();
    owner = readerOf(user);
    key = (await service.createKey(user, ['documents:*'])).apiKey;
  });
  afterAll(() => service.stop());

  const write = async (title: string, content: string): Promise<string> =>
    (await service.request('POST', '/api/documents', { key, body: { title, content } })).body.id;
  const search = async (query: string) =>
    (await service.request('POST', '/api/documents/search', { key, body: { query } })).body.results;

  it('reads a short document as a whole, and of a long one the passage with what stands around it', async () => {
    await write('Short', 'The zebra sleeps.');
    await write(
      'Long',
      `${filler(5_000)}\n\n# Animals\n\nThe zebra eats grass.\n\n# Plants\n\n${filler(5_000)}`,
    );
    const found = await search('zebra');
    const texts = await reader.read(owner, found, 1_000);
    const byTitle = new Map(found.map(({ title }: { title: string }, at: number) => [title, texts[at]]));
    expect(byTitle.get('Short')).toEqual({ text: 'The zebra sleeps.', start: 0 });
    const long = byTitle.get('Long') as { text: string; start: number };
    expect(long.text).toHaveLength(1_000);
    expect(long.text).toContain('The zebra eats grass.');
    expect(Math.abs(long.text.indexOf('zebra') - 500)).toBeLessThan(50);
  });

  it('counts characters of two code units as one', async () => {
    const content = `${'🌧 rain '.repeat(1_000)}\n\n# Animals\n\nThe zebra sleeps.\n\n# Rain\n\n${'🌧 '.repeat(2_000)}`;
    await write('Weather', content);
    const found = await search('zebra');
    const [read] = await reader.read(owner, found, 500);
    expect([...content].slice(read!.start, read!.start + 500).join('')).toBe(read!.text);
  });

  it('leaves out a secret that the text would begin or end within, and says where it begins then', async () => {
    for (const back of [1, 20, 39]) {
      const content = `${filler(2_000 - back - 1)} ${TOKEN} ${filler(462 - 42 + back)}🌧 The zebra sleeps. ${filler(2_000)}`;
      const id = await write('Tokens', content);
      const middle = 2_500;
      const passage = { id: `${id}#1`, headings: [], start: middle, end: middle };
      const [read] = await reader.read(owner, [{ id, passage }], 1_000);
      expect(read!.text).not.toMatch(/ghp_|a7Qz|wxyz/);
      expect(read!.text).toContain('zebra');
      expect([...content].slice(read!.start).join('').startsWith(read!.text)).toBe(true);
      expect(read!.start).toBe(2_000 - back + TOKEN.length);
    }
  });

  it("reads nothing of a document that was deleted, nor of another owner's", async () => {
    const gone = await write('Gone', 'The zebra is gone.');
    await write('Here', 'The zebra is here.');
    const found = await search('zebra');
    expect(found).toHaveLength(2);
    await service.request('DELETE', `/api/documents/${gone}`, { key });
    const texts = await reader.read(owner, found, 1_000);
    for (const [at, { id }] of found.entries())
      expect(texts[at]?.text).toBe(id === gone ? undefined : 'The zebra is here.');
    const stranger = await service.createUser();
    expect(await reader.read(readerOf(stranger), found, 1_000)).toEqual([undefined, undefined]);
    expect(await reader.read(owner, [], 1_000)).toEqual([]);
  });
});
