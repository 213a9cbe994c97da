// Compiles `src` into `dist`, and the console into `dist/console-app`, each when one of its files is newer than its last build, or when
// there is no build yet. An installation with `dist` but without the sources or the compilers starts unchanged.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (path) => join(root, path);
const CONSOLE = 'console-app';

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
const filesBelow = (folder) =>
  readdirSync(inRoot(folder), { recursive: true })
    .filter((path) => !path.startsWith('node_modules'))
    .map((path) => inRoot(join(folder, path)));

/** @param steps command lines for Node, run in `folder` */
function buildWhenStale({ folder, inputs, stamp, before, steps }) {
  if (!existsSync(inRoot(folder))) return;
  const newest = Math.max(...[...inputs.map(inRoot), ...filesBelow(folder)].map(modified));
  if (newest <= modified(inRoot(stamp))) return;
  before?.();
  for (const { cwd, args } of steps) {
    // Standard output may carry a protocol, so the compilers print to standard error.
    const { status } = spawnSync(process.execPath, args, { cwd: inRoot(cwd), stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(status ?? 1);
  }
  writeFileSync(inRoot(stamp), '');
}

/** What is compiled from sources that are gone must go, too. */
function removeService() {
  if (!existsSync(inRoot('dist'))) return;
  for (const entry of readdirSync(inRoot('dist')))
    if (entry !== CONSOLE) rmSync(inRoot(join('dist', entry)), { recursive: true });
}

const tsc = inRoot('node_modules/typescript/bin/tsc');
const vite = inRoot('node_modules/vite/bin/vite.js');

buildWhenStale({
  folder: 'src',
  inputs: ['package.json', 'tsconfig.json', 'tsconfig.build.json'],
  stamp: 'dist/.built',
  before: removeService,
  steps: [{ cwd: '.', args: [tsc, '-p', 'tsconfig.build.json'] }],
});
if (existsSync(vite))
  buildWhenStale({
    folder: 'console',
    inputs: [],
    stamp: `dist/${CONSOLE}/.built`,
    steps: [
      { cwd: 'console', args: [tsc, '--noEmit'] },
      { cwd: 'console', args: [vite, 'build', '--logLevel', 'warn'] },
    ],
  });
