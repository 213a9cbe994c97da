// Runs all specs for `npm test`, those beside the code, which need no database, for `npm test -- unit`, and the
// others for
// `npm test -- e2e`. All other arguments go to Jest, such as the name of a spec file.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const jest = fileURLToPath(new URL('../node_modules/jest/bin/jest.js', import.meta.url));
const given = process.argv.slice(2);
const [project, ...rest] = given;
// This comes last, because Jest takes all that follows for names of projects.
const args = ['unit', 'e2e'].includes(project) ? [...rest, '--selectProjects', project] : given;

// Each spec file loads the whole service. A larger young generation is collected less often.
const { status } = spawnSync(process.execPath, ['--max-semi-space-size=64', jest, ...args], {
  stdio: 'inherit',
});
process.exit(status ?? 1);
