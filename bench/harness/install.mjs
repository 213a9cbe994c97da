// The peers are installed when they are first needed, because the service itself does not depend on them.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const modified = (name) => (existsSync(folder + name) ? statSync(folder + name).mtimeMs : 0);

export function installPeers() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
