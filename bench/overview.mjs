// Measures the overview of a week with many rows: rows one by one, and with the hours that are counted already.
//   npm run bench:overview [-- ROWS ROUNDS]
import 'reflect-metadata';
import { DEFAULT_ORGANIZATION } from '../dist/access/principal.js';
import { ScopeSet } from '../dist/access/scope-set.js';
import { AuditEvent } from '../dist/audit/events/audit-event.entity.js';
import { CallCounter } from '../dist/audit/figures/call-counter.js';
import { CallFiguresService } from '../dist/audit/figures/call-figures.service.js';
import { withFilledAudit } from './audit-database.mjs';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 20);
const DAYS = 7;
/** Both ways are asked for the same week. */
const END = Date.now();

await withFilledAudit({ rows: ROWS, days: DAYS }, async (database) => {
  const query = (sql, values) => database.query(sql, values);
  const counter = new CallCounter(database);
  await query('UPDATE audit_counted_to SET recorded_at = now()');
  const none = { completeTo: async () => new Date(0) };
  const before = await measure(
    'row by row',
    new CallFiguresService(database.getRepository(AuditEvent), none),
  );
  await query(`UPDATE audit_counted_to SET recorded_at = now() - interval '8 days'`);
  const started = performance.now();
  await counter.count();
  const [{ count }] = await query('SELECT count(*) FROM audit_counted_calls');
  console.log(`counted into ${count} rows in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  await query('VACUUM ANALYZE audit_counted_calls');
  const after = await measure(
    'by the hour',
    new CallFiguresService(database.getRepository(AuditEvent), counter),
  );
  console.log(before === after ? 'both say the same' : `they differ:\n${before}\n${after}`);
});

/** @returns the figures of the default organisation, as text */
async function measure(name, figures) {
  const reader = (isOperator) => ({
    role: 'auditor',
    organizationId: DEFAULT_ORGANIZATION,
    isOperator,
    scopes: ScopeSet.of('auditor', ['audit:read']),
  });
  let text = '';
  for (const isOperator of [false, true]) {
    const times = [];
    for (let round = -1; round < ROUNDS; round++) {
      const start = performance.now();
      const { total, buckets, tools } = await figures.of(reader(isOperator), '7d', END + round * 10_000);
      if (round >= 0) times.push(performance.now() - start);
      text = JSON.stringify([total, buckets, [...tools].sort(([one], [other]) => one.localeCompare(other))]);
    }
    times.sort((a, b) => a - b);
    const p = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0);
    console.log(
      `${name}, ${isOperator ? 'all organisations' : 'one organisation'}: p50 ${p(0.5)} ms  p95 ${p(0.95)} ms`,
    );
  }
  return text;
}
