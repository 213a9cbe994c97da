import { TestService, type TestUser } from './support/test-service.js';
import { TRICKS, UNSAFE } from './support/unsafe-texts.js';

describe('A text from outside', () => {
  describe('in a request', () => {
    let service: TestService;
    let owner: TestUser;

    beforeAll(async () => {
      service = await TestService.start();
      owner = await service.createUser();
    });
    afterAll(() => service.stop());

    const statuses = (make: (text: string) => Promise<{ status: number }>) =>
      Promise.all(TRICKS.map(async (trick) => (await make(`a${trick}b`)).status));
    const post = (path: string, body: object, key = service.adminKey) =>
      service.request('POST', path, { key, body });
    let made = 0;

    it.each([
      ['the name of a key', (text: string) => post('/api/mcp/keys', { name: text })],
      [
        'the name of a user',
        (text: string) => post('/api/users', { email: `trick${++made}@example.com`, name: text }),
      ],
      [
        'an e-mail address',
        (text: string) => post('/api/users', { email: `${text}@example.com`, name: 'A' }),
      ],
      ['the title of a document', (text: string) => post('/api/documents', { title: text, content: 'C' })],
      [
        'the file name of a document',
        (text: string) => post('/api/documents', { title: 'T', content: 'C', filename: text }),
      ],
    ])('is refused as %s if it could deceive its readers', async (_, make) => {
      expect(await statuses(make)).toEqual(TRICKS.map(() => 400));
    });

    it('may have the joiners of scripts and emoji in a title, not in the name of a key or user', async () => {
      const text = 'नमस्\u200dते می\u200cخواهم 👩\u200d💻';
      expect((await post('/api/documents', { title: text, content: 'C', filename: text })).status).toBe(201);
      expect((await post('/api/mcp/keys', { name: text })).status).toBe(400);
      expect((await post('/api/users', { email: 'joined@example.com', name: text })).status).toBe(400);
    });

    it('may be of any script as a name', async () => {
      const name = 'Ünïcödé 東京 العربية हिन्दी 😀 O’Neill';
      expect((await post('/api/mcp/keys', { name })).status).toBe(201);
    });

    it('is harmless in an audit row', async () => {
      await service.query('UPDATE users SET name = $1 WHERE id = $2', [`Ada${TRICKS.join('')}`, owner.id]);
      const { apiKey } = await service.createKey(owner, ['read']);
      for (const trick of TRICKS) {
        await service.call(apiKey, `whoami${trick}`);
        await service.call(apiKey, 'documents_search', { query: `a${trick}b` });
        await service.rpc(apiKey, 'resources/read', { uri: `document://${trick}` });
      }
      const rows = await service.auditRows('user_id = $1', [owner.id]);
      expect(rows.length).toBeGreaterThanOrEqual(3 * TRICKS.length);
      const texts = rows.map((row) => Object.values(row).filter((one) => typeof one === 'string'));
      expect(texts.flat().filter((text) => UNSAFE.test(text))).toEqual([]);
      expect(rows.filter(({ metadata }) => UNSAFE.test(String(metadata.query)))).toEqual([]);
    });
  });
});
