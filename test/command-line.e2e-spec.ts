import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from './support/process.js';

describe('The command line', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bouncer-new-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function run(...args: string[]): Promise<[code: number | null, output: string]> {
    const command = Command.run('cli/bouncer.js', { args });
    return [await command.end(), command.output];
  }

  it.each([
    [
      ['migraton'],
      `unknown command 'migraton'\n(Did you mean migration?)\nUsage: bouncer [options] [command]\n`,
    ],
    [
      ['audit', 'verify', '--jsno'],
      `unknown option '--jsno'\n(Did you mean --json?)\nUsage: bouncer audit verify [options]\n`,
    ],
    [
      ['keys', 'import', '--user', 'ada@example.com'],
      `required option '--scopes <scopes>' not specified\nUsage: bouncer keys import [options]\n`,
    ],
  ])('exits with 2 for %j, and suggests a similar command', async (args, output) => {
    expect(await run(...args)).toEqual([2, output]);
  });

  it('prints no colours when its output is not a terminal', async () => {
    const [code, output] = await run('--help');
    expect(code).toBe(0);
    expect(output).not.toContain('\u001B');
  });

  it('creates a project of at most twelve files, dotfiles excluded', async () => {
    const [code, output] = await run('new', join(folder, 'my-backend'), '--json');
    const { name, files } = JSON.parse(output) as { name: string; files: string[] };
    expect([code, name]).toEqual([0, 'my-backend']);
    const made = await readdir(join(folder, 'my-backend'), { recursive: true, withFileTypes: true });
    expect(made.filter((entry) => entry.isFile())).toHaveLength(files.length);
    expect(files.filter((file) => !file.startsWith('.')).length).toBeLessThanOrEqual(12);
    for (const file of files)
      expect(await readFile(join(folder, 'my-backend', file), 'utf8')).not.toContain('{{');
  });

  it('creates a project that depends on its own version, or on the one that is named', async () => {
    const dependencyIn = async (name: string) =>
      (
        JSON.parse(await readFile(join(folder, name, 'package.json'), 'utf8')) as {
          dependencies: Record<string, string>;
        }
      ).dependencies['bouncer-mcp'];
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    await run('new', join(folder, 'one'));
    await run('new', join(folder, 'two'), '--bouncer', '^1.2.3');
    expect([await dependencyIn('one'), await dependencyIn('two')]).toEqual([version, '^1.2.3']);
  });

  it('creates no project in a folder that is not empty', async () => {
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full', 'notes.txt'), 'mine');
    const [code, output] = await run('new', join(folder, 'full'));
    expect([code, output]).toEqual([1, expect.stringContaining('is not empty')]);
    expect(await readdir(join(folder, 'full'))).toEqual(['notes.txt']);
  });

  it.each(['My-Backend', 'node_modules', 'bouncer-mcp', 'a b'])(
    'creates no project with the package name %s',
    async (name) => {
      const [code, output] = await run('new', join(folder, name));
      expect([code, output]).toEqual([2, expect.stringContaining('Usage: bouncer new')]);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
