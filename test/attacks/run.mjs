// npm run attacks [-- part of a family's name] [--except part of a name] [--seed N]: attacks the service in 23 families, each on a PostgreSQL of
// its own, and counts what held. Exits 1 if anything did not. The suite reads routes and tools from the running service:
// a new one is attacked without a line here.
import { parseArgs } from 'node:util';
import { families } from './families.mjs';
import { Tries } from './tries.mjs';

const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, except: { type: 'string' } },
  allowPositionals: true,
});
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
console.log(`seed ${seed}`);

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, { attack, obstacle }] of Object.entries(families)) {
  if (!name.includes(positionals[0] ?? '') || (values.except && name.includes(values.except))) continue;
  const reason = await obstacle?.();
  if (reason) {
    counts.skipped++;
    console.log(`${name}: skipped, ${reason}`);
    continue;
  }
  const started = Date.now();
  const tries = new Tries();
  await tries.make('the family runs to its end', () => attack(tries, seed));
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`${name}: ${tries.count} tries, ${tries.held} held (${seconds} s)`);
  for (const failure of tries.failed.slice(0, 20)) console.log(`  NOT HELD  ${failure}`);
  if (tries.failed.length > 20) console.log(`  and ${tries.failed.length - 20} more`);
  counts.passed += tries.held;
  counts.failed += tries.failed.length;
}
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`Attacks: ${counts.passed} passed, ${counts.failed} failed${skipped}`);
process.exit(counts.failed > 0 || counts.passed === 0 ? 1 : 0);
