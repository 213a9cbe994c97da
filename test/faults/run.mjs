// npm run test:faults [-- part of a name]: breaks what the audit stands on, and counts what is left. Exits 1 if anything is missing.
import { cases, obstacleTo } from './cases.mjs';

const wanted = process.argv[2] ?? '';
const results = { passed: 0, failed: 0, skipped: 0 };
for (const [name, run] of Object.entries(cases)) {
  if (!name.includes(wanted)) continue;
  const obstacle = await obstacleTo(name);
  if (obstacle) {
    results.skipped++;
    console.log(`SKIPPED  ${name}: ${obstacle}`);
    continue;
  }
  try {
    const { holds, ...counts } = await run();
    results[holds ? 'passed' : 'failed']++;
    console.log(`${holds ? 'PASSED ' : 'FAILED '}  ${name}\n         ${JSON.stringify(counts)}`);
  } catch (error) {
    results.failed++;
    console.log(`FAILED   ${name}\n${error.stack}`);
  }
}
console.log(`Faults: ${results.passed} passed, ${results.failed} failed, ${results.skipped} skipped`);
process.exit(results.failed > 0 ? 1 : 0);
