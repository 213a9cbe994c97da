// Runs the official conformance suite against the service with the fixtures, and prints a line for each of its parts.
// A scenario may fail only where this file says so, and must fail there: what is mended is struck off.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askAuthorizationServer } from './authorization.mjs';
import { buildFixtures } from './build.mjs';
import { startServiceProcess } from '../support/service-process.mjs';
import { startKeyProxy } from './key-proxy.mjs';
import { installSuite } from './suite.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** They ask the client over a connection that only a session keeps open. */
const NEEDS_A_SESSION = [
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
];

const SESSIONS = { MCP_SESSIONS_PER_USER: '100' };
const CURRENT = '0.2.0-alpha.12';
/**
 * The last release from before the revision 2026-07-28. Its server-sse-polling asks in the name of 2025-03-26, which has
 * no events without data: there is nothing for it to check.
 */
const OLDER = '0.1.16';

const parts = [
  { name: '2026-07-28', release: CURRENT, args: ['--spec-version', '2026-07-28'], fails: [] },
  {
    name: '2025-11-25, no sessions',
    release: CURRENT,
    args: ['--spec-version', '2025-11-25'],
    fails: NEEDS_A_SESSION,
  },
  {
    name: '2025-11-25, with sessions',
    release: CURRENT,
    args: ['--spec-version', '2025-11-25'],
    fails: [],
    env: SESSIONS,
  },
  { name: `suite ${OLDER}, no sessions`, release: OLDER, args: [], fails: NEEDS_A_SESSION },
  { name: `suite ${OLDER}, with sessions`, release: OLDER, args: [], fails: [], env: SESSIONS },
  { name: 'authorization server', release: CURRENT, fails: [], ask: askAuthorizationServer },
];

const { generateApiKey } = await import(new URL('src/api-keys/key-format.js', buildFixtures()));
const key = generateApiKey('mcp');
let unexpected = 0;
for (const part of parts) unexpected += await run(part);
process.exit(unexpected > 0 ? 1 : 0);

async function run({ name, release, args, fails, env = {}, ask }) {
  const output = ask ? await ask(suiteOf(release), key) : await askServer(release, args, env);
  const scenarios = [...output.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)].map(
    ([, scenario, passed, failed]) => ({ scenario, passed: Number(passed), failed: Number(failed) }),
  );
  const sum = (member) => scenarios.reduce((total, scenario) => total + scenario[member], 0);
  const failed = scenarios.filter(({ failed }) => failed > 0).map(({ scenario }) => scenario);
  const surprises = [
    ...failed.filter((scenario) => !fails.includes(scenario)),
    ...fails
      .filter((scenario) => !failed.includes(scenario))
      .map((scenario) => `${scenario} (no longer fails)`),
    ...(scenarios.length === 0 ? ['no scenario ran'] : []),
  ];
  const idle = scenarios
    .filter(({ passed, failed }) => passed + failed === 0)
    .map(({ scenario }) => scenario);
  const passed = scenarios.length - failed.length;
  const remarks = [
    ...(idle.length > 0 ? [`nothing to check in ${idle.join(', ')}`] : []),
    ...(surprises.length > 0 ? [`unexpected: ${surprises.join(', ')}`] : []),
  ].map((remark) => `; ${remark}`);
  process.stdout.write(
    `Conformance ${name}: ${passed} of ${scenarios.length} scenarios, ${sum('passed')} of ${sum('passed') + sum('failed')} checks${remarks.join('')}\n`,
  );
  if (surprises.length > 0) process.stderr.write(output);
  return surprises.length;
}

async function askServer(release, args, env) {
  const service = await startServiceProcess('test/conformance/serve.mjs', key, env);
  const proxy = await startKeyProxy(service.url, key);
  const output = await outputOf(release, ['server', '--url', `${proxy.url}/mcp`, '--suite', 'all', ...args]);
  proxy.close();
  await service.stop();
  return output;
}

function suiteOf(release) {
  return installSuite(join(root, '.cache/conformance-suite', release), release);
}

async function outputOf(release, args) {
  const { node, suite } = suiteOf(release);
  const child = spawn(node, [suite, ...args], { cwd: tmpdir() });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  await once(child, 'close');
  return output;
}
