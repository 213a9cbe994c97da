import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { TestService, type TestUser } from './support/test-service.js';

const page = readFileSync(resolve(__dirname, '../docs/troubleshooting.md'), 'utf8');

interface Section {
  title: string;
  commands: string;
  printed: string[];
}

/** Returns the sections of the page that have commands and, below them, their output. */
const sections: Section[] = page
  .split('\n## ')
  .slice(1)
  .map((section) => {
    const [, commands, printed] = /```sh\n([^]*?)```\n\n```text\n([^]*?)```/.exec(section)!;
    return { title: section.split('\n')[0]!, commands: commands!, printed: printed!.trimEnd().split('\n') };
  });

/** Makes a pattern of a line of the page, in which `...` stands for any text. */
const pattern = (line: string) =>
  new RegExp(
    `^${line
      .split('...')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );

/** Splits the commands, one per line; a line that ends with a backslash continues in the next one. */
const commandsOf = (block: string) => block.trimEnd().split(/(?<!\\)\n/);

describe('The commands of docs/troubleshooting.md', () => {
  let service: TestService;
  let user: TestUser;

  beforeAll(async () => {
    service = await TestService.start({ env: { RATE_LIMIT_DEVELOPMENT: '100' } });
    user = await service.createUser({ email: 'ada@example.com' });
  });
  afterAll(() => service.stop());

  const keyWith = (fields: Record<string, unknown> = {}) =>
    service.createKey(user, ['documents:read'], fields);

  /** Prepares the state in which a section's commands show its symptom. The default is a key that may read. */
  const preparations: Record<string, () => Promise<{ id: string; apiKey: string }>> = {
    'The key is refused': async () => {
      const key = await keyWith();
      await service.request('DELETE', `/api/mcp/keys/${key.id}`, { key: service.adminKey });
      return key;
    },
    'The key may not be used': () => keyWith({ ipAllowlist: ['10.0.0.0/8'] }),
    'The limit is reached in normal use': async () => {
      const busy = await service.createUser();
      const key = await service.createKey(busy, ['documents:read']);
      for (let call = 0; call < 100; call++) await service.call(key.apiKey, 'documents_list');
      return key;
    },
    'Answers are slow': async () => {
      const key = await keyWith();
      await service.call(key.apiKey, 'documents_list');
      return key;
    },
  };

  async function run(command: string, key: { id: string; apiKey: string }): Promise<string> {
    // Rows that were accepted before are in the table when the command reads it.
    await service.auditRows('false');
    const { stdout } = await promisify(execFile)('bash', ['-c', command], {
      env: {
        ...process.env,
        URL: service.url,
        KEY: key.apiKey,
        KEY_ID: key.id,
        ADMIN: service.adminKey,
      },
    });
    return stdout.trimEnd();
  }

  it('are in every section', () => {
    expect(sections.length).toBeGreaterThan(12);
    const titles = sections.map(({ title }) => title);
    for (const prepared of Object.keys(preparations)) expect(titles).toContain(prepared);
  });

  it.each(sections)('print what the page says: $title', async ({ title, commands, printed }) => {
    const key = await (preparations[title] ?? keyWith)();
    const output: string[] = [];
    for (const command of commandsOf(commands)) output.push(await run(command, key));
    const lines = output.join('\n').replaceAll('\r', '').split('\n');
    expect(lines).toEqual(printed.map((line) => expect.stringMatching(pattern(line))));
  });
});
