// Compiles `src` into `dist` when a source file is newer than the last build, or when there is no build yet.
// An installation with `dist` but without `src` or the compiler starts unchanged.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'dist', '.built');

const inputs = ['package.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));
if (existsSync(join(root, 'src'))) {
  for (const entry of readdirSync(join(root, 'src'), { recursive: true }))
    inputs.push(join(root, 'src', entry));
}
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

if (Math.max(...inputs.map(modified)) > modified(stamp) && existsSync(join(root, 'src'))) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      // Standard output may carry a protocol, so the compiler prints to standard error.
      stdio: ['ignore', 2, 2],
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, '');
}
