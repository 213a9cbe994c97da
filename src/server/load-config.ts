import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type BouncerConfig,
  ConfigError,
  defaultConfig,
  type LoadedConfig,
  resolveConfig,
} from './bouncer-config.js';

const SOURCE = 'bouncer.config.ts';
const PLAIN = 'bouncer.config.js';
const COMPILED = join('dist', PLAIN);

/**
 * Loads the config of a project: `dist/bouncer.config.js` if there is a `bouncer.config.ts`, otherwise
 * `bouncer.config.js`. A folder without either has the defaults.
 *
 * @throws ConfigError that says what is wrong and how to fix it
 */
export async function loadConfig(folder: string = process.cwd()): Promise<LoadedConfig> {
  const file = configFile(folder);
  if (file === undefined) return defaultConfig(folder);
  const name = relative(folder, file);
  const loaded = (await import(pathToFileURL(file).href)) as { default?: BouncerConfig };
  if (loaded.default === undefined)
    throw new ConfigError(`${name} has no default export; write: export default defineConfig({ ... })`);
  return resolveConfig(loaded.default, folder, file);
}

function configFile(folder: string): string | undefined {
  if (existsSync(join(folder, SOURCE))) {
    const compiled = join(folder, COMPILED);
    if (existsSync(compiled)) return compiled;
    throw new ConfigError(
      `${SOURCE} is not built: there is no ${COMPILED}. Run the build first: npm run build`,
    );
  }
  const plain = join(folder, PLAIN);
  return existsSync(plain) ? plain : undefined;
}
