import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { VERSION } from '../config/version.js';
import { loadConfig } from './load-config.js';

describe('loadConfig', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bouncer-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const loaded = async (text: string) => {
    await write('bouncer.config.js', text);
    return loadConfig(folder);
  };

  it('has the defaults in a folder without a config file', async () => {
    expect(await loadConfig(folder)).toEqual({
      folder,
      name: 'bouncer',
      version: VERSION,
      modules: [],
      entities: [],
      schemas: ['public'],
      documents: true,
    });
  });

  it('reads bouncer.config.js, whose paths are relative to it', async () => {
    const config = await loaded(
      `export default { name: 'acme', version: '2.0.0', migrations: './migrations', schemas: ['public', 'billing'], documents: false };`,
    );
    const migrations = join(folder, 'migrations');
    expect(config).toMatchObject({ name: 'acme', version: '2.0.0', documents: false });
    expect(config.schemas).toEqual(['public', 'billing']);
    expect(config.migrations).toEqual({ compiled: migrations, source: migrations });
  });

  it('reads the compiled bouncer.config.ts, and knows the source folder of its migrations', async () => {
    await write('bouncer.config.ts', '');
    await write('dist/bouncer.config.js', `export default { migrations: './migrations' };`);
    expect((await loadConfig(folder)).migrations).toEqual({
      compiled: join(folder, 'dist/migrations'),
      source: join(folder, 'migrations'),
    });
  });

  it('refuses a bouncer.config.ts that is not built, and names the command that builds it', async () => {
    await write('bouncer.config.ts', '');
    await expect(loadConfig(folder)).rejects.toThrow(
      'bouncer.config.ts is not built: there is no dist/bouncer.config.js. Run the build first: npm run build',
    );
  });

  it('refuses a file without a default export', async () => {
    await expect(loaded(`export const config = {};`)).rejects.toThrow(
      'bouncer.config.js has no default export; write: export default defineConfig({ ... })',
    );
  });

  it('names everything that is wrong in one message', async () => {
    const wrong = loaded(
      `export default { moduls: [], colour: 1, modules: [42], documents: 'no', schemas: ['pg_temp'] };`,
    );
    const message = await wrong.catch((error: Error) => error.message);
    expect(message).toContain('moduls: is not a member of a config; did you mean modules?');
    expect(message).toContain('colour: is not a member of a config; there are name, version, modules');
    expect(message).toContain('modules[0]: must be a Nest module');
    expect(message).toContain('documents: must be true or false');
    expect(message).toContain('schemas[0]: is a schema of the system or of Bouncer');
  });

  it('refuses a setting of the project that has the name of one of Bouncer', async () => {
    await expect(
      loaded(`export default { settings: { shape: { PORT: {} }, safeParse() {} } };`),
    ).rejects.toThrow('settings.PORT: is a setting of Bouncer; give it another name');
  });
});
