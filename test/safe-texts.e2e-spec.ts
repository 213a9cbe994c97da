import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query } from './support/database.js';
import { Mailbox } from './support/mailbox.js';
import { Command, startProcess } from './support/process.js';
import { TestService, type TestUser } from './support/test-service.js';

const ESC = '\u001b';
/** Contains an escape sequence, U+061C, a zero-width space, a byte order mark and a hidden text of tag characters. */
const TRICKS = [
  '\u001b]0;x\u0007',
  '\u009b31m',
  '\u061c',
  '\u202e',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u{e0041}\u{e0042}',
  '\u{e0100}\u{e01ef}',
  '\u3164',
  '\u2800',
];
const UNSAFE =
  /(?![\uFE0E\uFE0F])[\p{Default_Ignorable_Code_Point}\u2800\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{E0000}-\u{E007F}]/u;
/** Records what the service itself prints. */
const lines = (output: string) => output.replace(/[\n\t]/g, ' ');

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

  describe('reaches a terminal without an escape sequence, such as', () => {
    const email = `a${ESC}[2J\u202e@example.com`;

    it('the address of a mail that cannot be sent, or that is only logged', async () => {
      const database = await createDatabase();
      const mailbox = await Mailbox.open();
      mailbox.refuse = () => ({ code: 550, message: `No ${ESC}[31msuch mailbox` });
      const key = generateApiKey('mcp');
      for (const [SMTP_URL, said] of [
        ['', /only logged/],
        [mailbox.url, /was not sent/],
      ] as const) {
        const { command } = await startProcess({
          env: { NODE_ENV: 'development', DATABASE_URL: database.url, BOOTSTRAP_ADMIN_KEY: key, SMTP_URL },
        });
        await query(
          database.ownerUrl,
          `INSERT INTO mail_outbox (id, recipient, subject, body) VALUES (gen_random_uuid(), $1, $2, $2)`,
          [email, `Text${TRICKS.join('')}`],
        );
        await command.stop();
        expect(command.output).toMatch(said);
        expect(lines(command.output)).not.toMatch(UNSAFE);
      }
      await mailbox.close();
      await database.drop();
    });

    it('the address of the first admin, which is refused at the start', async () => {
      const command = Command.run('server/main.js', {
        env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', BOOTSTRAP_ADMIN_EMAIL: email },
      });
      expect(await command.end()).toBe(1);
      expect(command.output).toContain('BOOTSTRAP_ADMIN_EMAIL');
      expect(lines(command.output)).not.toMatch(UNSAFE);
    });

    it('the name of an imported file, or of a missing folder or user', async () => {
      const database = await createDatabase();
      const folder = await mkdtemp(join(tmpdir(), 'bouncer-import-'));
      const user = 'ada@example.com';
      await query(
        database.ownerUrl,
        `INSERT INTO users (id, email, name, role, tier) VALUES (gen_random_uuid(), $1, 'Ada', 'member', 'free')`,
        [user],
      );
      await writeFile(join(folder, `b${ESC}[2J.md`), Buffer.from([0xff, 0xfe, 0x00]));
      await writeFile(join(folder, `plain${ESC}[2J.txt`), 'Text');
      await writeFile(join(folder, 'c.md'), `# Red ${ESC}[31m heading\n`);
      const run = async (...args: string[]) => {
        const command = Command.run('cli/bouncer.js', {
          env: { DATABASE_URL: database.url },
          args: ['documents', 'import', ...args],
        });
        await command.end();
        return lines(command.output);
      };
      const said = await run('--user', user, folder);
      expect(said).toMatch(/2 added, .* 1 skipped .*b\uFFFD\[2J\.md/);
      expect(said).not.toMatch(UNSAFE);
      expect(await run('--user', user, `${folder}/${ESC}[2J`)).not.toMatch(UNSAFE);
      expect(await run('--user', email, folder)).not.toMatch(UNSAFE);
      const rows = await query<{ title: string; filename: string }>(
        database.ownerUrl,
        'SELECT title, filename FROM documents ORDER BY title',
      );
      expect(rows).toEqual([
        { title: 'Red \uFFFD[31m heading', filename: 'c.md' },
        { title: 'plain\uFFFD[2J.txt', filename: 'plain\uFFFD[2J.txt' },
      ]);
      await rm(folder, { recursive: true });
      await database.drop();
    });
  });
});
