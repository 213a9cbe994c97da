// Prints which spec files took longest, and which single specs took longer than allowed. `test/slow-specs.json` lists
// those that may take longer, with the reason.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const SLOWEST = 10;
const MOST_MS = 5_000;

export default class DurationReporter {
  constructor({ rootDir }) {
    this.rootDir = rootDir;
    this.known = JSON.parse(readFileSync(new URL('../slow-specs.json', import.meta.url), 'utf8'));
  }

  onRunComplete(_, { testResults }) {
    if (testResults.length < SLOWEST) return;
    const suites = testResults.map(({ perfStats, testFilePath, testResults: specs }) => ({
      file: relative(this.rootDir, testFilePath),
      ms: perfStats.runtime,
      specs,
    }));
    const slowest = suites.toSorted((one, other) => other.ms - one.ms).slice(0, SLOWEST);
    print(`The ${SLOWEST} slowest spec files:`, slowest.map(lineOf));
    const slow = suites.flatMap(({ file, specs }) =>
      specs
        .filter(({ duration, fullName }) => duration > MOST_MS && !this.isKnown(file, fullName))
        .map(({ duration, fullName }) => lineOf({ ms: duration, file: `${file}: ${fullName}` })),
    );
    if (slow.length > 0)
      print(`Specs of more than ${MOST_MS / 1000} s that slow-specs.json does not list:`, slow);
  }

  isKnown(file, fullName) {
    return this.known.some((entry) => entry.file === file && fullName.endsWith(entry.spec));
  }
}

const lineOf = ({ ms, file }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}`;

function print(title, lines) {
  process.stdout.write(`\n${title}\n${lines.join('\n')}\n`);
}
