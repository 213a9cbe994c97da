import { spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Compiles the service and the fixtures. @returns the folder, as a URL */
export function buildFixtures() {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'test/conformance/tsconfig.json'],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
  // The service reads its version from the folder above its own.
  copyFileSync(`${root}/package.json`, `${root}/.cache/conformance/package.json`);
  return new URL('../../.cache/conformance/', import.meta.url);
}
