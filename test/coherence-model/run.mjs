// npm run test:model [-- part of a name]: has spin search all states of coherence.pml. Exits 1 if the protocol admits a call too
// late, or if a variant with one broken rule does not.
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';

const run = promisify(execFile);
const MODEL = new URL('coherence.pml', import.meta.url);
/** The stack of the search, in steps, and the memory, in MB. */
const DEPTH = 1_000_000;
const MEMORY = 2_000;
const SEARCHES_AT_ONCE = 2;

const correct = {
  'one replica, one revocation': [],
  'one replica, one revocation, longer leases': ['LEASE=3'],
  'one replica whose row may be removed': ['REMOVAL'],
  'one replica, two revocations at once': ['KEYS=2', 'LEASE=1'],
  'two replicas, one revocation': ['REPLICAS=2', 'LEASE=1', 'STAYS', 'SAME_CLOCKS'],
};

const broken = {
  'a call is admitted without a lease': ['CHECKS_NO_LEASE'],
  'the lease is checked after the key was taken from memory': ['CHECKS_LEASE_LATER'],
  'a lease counts from the receipt of the answer': ['COUNTS_FROM_RECEIPT'],
  'a load that overlaps a drop is kept': ['KEEPS_OVERLAPPED_LOAD'],
  'a writer waits shorter than a lease': ['WAITS_SHORTER'],
  'a writer waits as if all clocks ran alike': ['IGNORES_DRIFT'],
  'a writer reads the replicas before its commit': ['READS_REPLICAS_BEFORE_COMMIT'],
  'a writer takes a replica for gone by a list from before its commit': ['RELEASES_BY_OLDER_LIST'],
  'a replica acknowledges before it drops': ['ACKNOWLEDGES_BEFORE_DROP'],
  'a replica joins and keeps what it knew before': ['JOINS_WITHOUT_DROP'],
  'a replica joins after it has read': ['REMOVAL', 'JOINS_WITHOUT_NEW_READ'],
  'a replica says goodbye while it still trusts its memory': ['LEAVES_WITH_LEASE'],
  'a row is removed too early': ['REMOVAL', 'REMOVES_EARLY'],
  'a heartbeat takes a value that it had before': ['REMOVAL', 'HEARTBEAT_REPEATS'],
  'the epoch is counted without a lock until the commit': ['KEYS=2', 'LEASE=1', 'EPOCH_WITHOUT_LOCK'],
};

/** Searches all states. @returns what was found, with the steps to it if a call was admitted too late */
async function search(macros) {
  const cwd = await mkdtemp(join(tmpdir(), 'coherence-model-'));
  try {
    await copyFile(MODEL, join(cwd, 'coherence.pml'));
    const defined = macros.map((macro) => `-D${macro}`);
    await run('spin', [...defined, '-a', 'coherence.pml'], { cwd });
    const options = ['-O1', '-w', '-DSAFETY', '-DCOLLAPSE', `-DMEMLIM=${MEMORY}`];
    await run('gcc', [...options, '-o', 'pan', 'pan.c'], { cwd });
    const { stdout: report } = await run('./pan', [`-m${DEPTH}`], { cwd, maxBuffer: 1 << 26 });
    const errors = Number(/errors: (\d+)/.exec(report)?.[1]);
    const states = Number(/(\d+) states, stored/.exec(report)?.[1]);
    // A search that ended at a limit has shown nothing, unless it has found something.
    const whole = !/Search not completed|max search depth too small|out of memory/.test(report);
    const steps =
      errors > 0 ? await run('spin', [...defined, '-t', '-p', 'coherence.pml'], { cwd }) : undefined;
    return { errors, states, whole, steps: steps?.stdout };
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

const totals = { passed: 0, failed: 0 };
const wanted = process.argv[2] ?? '';
const atOnce = pLimit(SEARCHES_AT_ONCE);

async function judge(title, macros, isRight) {
  const began = performance.now();
  const found = await search(macros).catch((error) => ({ failure: error.stderr || error.message }));
  const right = !found.failure && isRight(found);
  totals[right ? 'passed' : 'failed']++;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const counts = found.failure ?? `${found.states} states, ${found.errors} errors, ${seconds} s`;
  console.log(`${right ? 'PASSED' : 'FAILED'}  ${title}: ${counts}`);
  if (!right && found.steps) console.log(found.steps.split('\n').slice(-80).join('\n'));
}

const judgeAll = (variants, heading, isRight) =>
  Object.entries(variants)
    .map(([name, macros]) => [`${heading}: ${name}`, macros])
    .filter(([title]) => title.includes(wanted))
    .map(([title, macros]) => atOnce(() => judge(title, macros, isRight)));

await Promise.all([
  ...judgeAll(correct, 'correct', ({ errors, whole }) => errors === 0 && whole),
  ...judgeAll(broken, 'broken ', ({ errors }) => errors > 0),
]);
console.log(`Model: ${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 ? 1 : 0);
