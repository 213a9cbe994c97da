// Runs for `npm test` the specs beside the code and the end-to-end specs, for `npm test -- unit`, `-- e2e` and `-- slow` one
// group of specs, and for `npm test -- all` the three groups. All other arguments go to Jest, such as the name of a spec file,
// which is looked for in the three groups.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROJECTS = ['unit', 'e2e', 'slow'];

/** @returns {string[]} the arguments for Jest */
function jestArguments([first, ...rest]) {
  if (first === 'all') return rest;
  // Last, because Jest takes all that follows for names of projects.
  if (PROJECTS.includes(first)) return [...rest, '--selectProjects', first];
  return first === undefined ? ['--selectProjects', 'unit', 'e2e'] : [first, ...rest];
}

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
// Each spec file loads the whole service: with more room for young objects that is collected less often.
const { status } = spawnSync(
  process.execPath,
  ['--max-semi-space-size=64', jest, ...jestArguments(process.argv.slice(2))],
  { stdio: 'inherit' },
);
process.exit(status ?? 1);
