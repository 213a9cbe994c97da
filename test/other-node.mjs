// npm run test:other-node -- 22: on another Node, which npm has, the service starts, and a client calls it. On Node 22 also
// Nest's own command builds it, starts it and generates a module, as nest-cli.json says.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNode } from './support/installed-packages.mjs';

const VERSIONS = { 22: '22.23.5', 24: '24.22.3' };
const SPECS = ['test/mcp.e2e-spec.ts', 'test/clients.e2e-spec.ts'];
const START_SECONDS = 20;
/** A part of it declares that it needs Node 22.22.3 or newer, so it is no dependency of the service. */
const NEST = { major: '22', package: '@nestjs/cli@12.0.8', startSeconds: 120 };

const root = fileURLToPath(new URL('..', import.meta.url));
const major = process.argv[2];
const version = VERSIONS[major];
if (version === undefined) throw new Error(`Which Node? One of ${Object.keys(VERSIONS).join(', ')}`);

const folder = join(root, `.cache/node-${version}`);
const node = installNode(folder, version, major === NEST.major ? [NEST.package] : []);
const data = mkdtempSync(join(tmpdir(), 'bouncer-other-node-'));
const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, PORT: '0', DATA_DIR: data };

function run(...words) {
  const { status } = spawnSync(node, words, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}

run('scripts/start-check.mjs', String(START_SECONDS));
if (major === NEST.major) {
  const nest = join(folder, 'node_modules/@nestjs/cli/bin/nest.js');
  run(nest, 'build');
  run(nest, 'generate', 'module', 'payments', '--dry-run');
  run('scripts/start-check.mjs', String(NEST.startSeconds), node, nest, 'start');
}
rmSync(data, { recursive: true, force: true });
run('scripts/test.mjs', ...SPECS);
