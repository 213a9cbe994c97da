// Rows in the audit table: calls, each of which adds one.
import { fillAudit } from '../audit-rows.mjs';
import { measure, tell, withOurs } from './curve.mjs';

export async function auditRowsCurve(database, options) {
  const points = [];
  for (const size of options.audit) {
    await database.query('TRUNCATE audit_events').catch(() => undefined);
    if (size > 0) await fillAudit((sql, values) => database.query(sql, values), size, () => undefined);
    await withOurs(database, {}, async (ours, { key }) => {
      const calls = await measure(ours, options, { keys: [key] });
      tell('audit rows', size, calls);
      points.push({ size, ...calls });
    });
  }
  return { points };
}
