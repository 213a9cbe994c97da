// npm run test:other-node -- 22: on another Node, which npm has, the service starts, and a client calls it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installNode } from './support/installed-packages.mjs';

const VERSIONS = { 22: '22.23.5', 24: '24.22.3' };
const SPECS = ['test/mcp.e2e-spec.ts', 'test/clients.e2e-spec.ts'];
const START_SECONDS = 20;

const root = fileURLToPath(new URL('..', import.meta.url));
const version = VERSIONS[process.argv[2]];
if (version === undefined) throw new Error(`Which Node? One of ${Object.keys(VERSIONS).join(', ')}`);

const node = installNode(join(root, `.cache/node-${version}`), version);
const data = mkdtempSync(join(tmpdir(), 'bouncer-other-node-'));
const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, PORT: '0', DATA_DIR: data };

function run(...words) {
  const { status } = spawnSync(node, words, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}

run('scripts/start-check.mjs', String(START_SECONDS));
rmSync(data, { recursive: true, force: true });
run('scripts/test.mjs', ...SPECS);
