// npm run test:replicas [-- part of a name]: three processes of the service on one PostgreSQL, what goes wrong between them, and
// what their callers were answered. Exits 1 if anything does not hold.
import { agentTokens } from './cases/agent-tokens.mjs';
import { changes } from './cases/changes.mjs';
import { faults } from './cases/faults.mjs';
import { limits } from './cases/limits.mjs';
import { people } from './cases/people.mjs';
import { poolers } from './cases/poolers.mjs';
import { rollingRestart } from './cases/rolling-restart.mjs';
import { sessions } from './cases/sessions.mjs';
import { tokens } from './cases/tokens.mjs';

const wanted = process.argv[2] ?? '';
const totals = { passed: 0, failed: 0 };

/** Runs a group of cases on one cluster. */
async function runGroup({ start, cases }) {
  const chosen = Object.entries(cases).filter(([name]) => name.includes(wanted));
  if (chosen.length === 0) return;
  const cluster = await start();
  try {
    for (const [name, run] of chosen) {
      const began = performance.now();
      const { holds, ...counts } = await run(cluster).catch((error) => ({
        holds: false,
        error: error.stack,
      }));
      totals[holds ? 'passed' : 'failed']++;
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      console.log(
        `${holds ? 'PASSED' : 'FAILED'}  ${name} (${seconds} s)\n        ${JSON.stringify(counts)}`,
      );
      if (!holds)
        for (const { name: of, output } of cluster.replicas) console.log(`${of}: ${output.slice(-1500)}`);
    }
  } finally {
    await cluster.end();
  }
}

for (const group of [changes, people, tokens, agentTokens, faults, limits, poolers, sessions, rollingRestart])
  await runGroup(group);
console.log(`Replicas: ${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed > 0 ? 1 : 0);
