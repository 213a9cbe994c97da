// Grows the audit table and measures calls, each of which adds a row.
import { fillAudit } from '../audit-rows.mjs';
import { measure, tell, withOurs } from './curve.mjs';

export async function auditRowsCurve(database, options) {
  const points = [];
  let have = 0;
  for (const size of options.audit) {
    // The first start created the table.
    if (size > have)
      await fillAudit(
        (sql, values) => database.query(sql, values),
        size,
        () => undefined,
        have + 1,
      );
    have = Math.max(have, size);
    await withOurs(database, {}, async (ours, { key }) => {
      const calls = await measure(ours, options, { keys: [key] });
      tell('audit rows', size, calls);
      points.push({ size, ...calls });
    });
  }
  return { points };
}
