import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { Command } from './support/process.js';

const LAST = 'SELECT name FROM migrations ORDER BY id DESC LIMIT 1';

describe('The migration command', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createDatabase();
  });
  afterEach(() => database.drop());

  async function migrate(args: string[], env?: Record<string, string>): Promise<[number | null, string]> {
    const urls = { DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.ownerUrl };
    const command = Command.run('cli/bouncer.js', { env: env ?? urls, args: ['migration', ...args] });
    return [await command.end(), command.output];
  }

  it.each([
    { more: ['--help'], code: 0 },
    { more: ['--all-data', 'more'], code: 2 },
    { more: ['2'], code: 2 },
  ])('exits with $code and reverts nothing when it is asked to revert $more', async ({ more, code }) => {
    const before = await query(database.ownerUrl, LAST);
    expect(await migrate(['revert', ...more])).toEqual([code, expect.stringContaining('Usage:')]);
    expect(await query(database.ownerUrl, LAST)).toEqual(before);
  });

  it('reverts the last migration, and runs it again', async () => {
    const [{ name }] = (await query<{ name: string }>(database.ownerUrl, LAST)) as [{ name: string }];
    expect(await migrate(['revert'])).toEqual([0, `Reverted ${name}\n`]);
    expect(await migrate(['run'])).toEqual([0, `Ran ${name}\n`]);
  });

  it('creates the data folder if there is none yet', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bouncer-migration-'));
    await chmod(folder, 0o755);
    const [code, output] = await migrate(['run'], { DATA_DIR: join(folder, 'new') });
    expect([code, output]).toEqual([0, expect.stringMatching(/^Ran InitialSchema/)]);
    await rm(folder, { recursive: true });
  });
});
