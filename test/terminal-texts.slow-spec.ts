import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query } from './support/database.js';
import { Mailbox } from './support/mailbox.js';
import { Command, startProcess } from './support/process.js';
import { TRICKS, UNSAFE } from './support/unsafe-texts.js';

const ESC = '\u001b';
/** Records what the service itself prints. */
const lines = (output: string) => output.replace(/[\n\t]/g, ' ');

describe('A text from outside', () => {
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
