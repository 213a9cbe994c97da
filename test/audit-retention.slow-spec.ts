import { v7 as uuid } from 'uuid';
import { AuditRetention } from '../src/audit/retention/audit-retention.js';
import { addRows, named, oneTo, sealerOf, tamper, verify } from './support/audit-chain.js';
import { query, refusal } from './support/database.js';
import { TestService } from './support/test-service.js';
import { eventually } from './support/until.js';

/** Returns the month `back` months ago. */
const month = (back: number) => {
  const now = new Date();
  const first = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1));
  const [since, before] = [first(back), first(back - 1)];
  return { name: `audit_events_${since.toISOString().slice(0, 7).replace('-', '_')}`, since, before };
};

describe('Retention', () => {
  let service: TestService;
  let nodeId: string;
  const [old, younger] = [month(5), month(2)];

  /** Writes 5 rows of an old month and 5 of a later one, in their partitions. */
  const start = async (env: Record<string, string> = {}) => {
    service = await TestService.start({
      env: { AUDIT_SEAL_SECONDS: '600', AUDIT_RETENTION_DAYS: '90', ...env },
    });
    for (const { name, since, before } of [old, younger]) {
      await query(
        service.database.schemaUrl,
        `CREATE TABLE ${name} PARTITION OF audit_events FOR VALUES FROM ('${since.toISOString()}') TO ('${before.toISOString()}')`,
      );
      await query(service.database.schemaUrl, `SELECT audit_guard_partition('${name}')`);
    }
    nodeId = uuid();
    await addRows(
      service,
      nodeId,
      oneTo(10),
      (seq) => new Date((seq <= 5 ? old : younger).since.getTime() + seq * 3_600_000),
    );
  };
  const seal = () => sealerOf(service).closeNode(nodeId, 10);
  const run = () => service.service.app.get(AuditRetention, { strict: false }).detachDue();
  const isArchived = async (name: string) => {
    const [found] = await service.query<{ there: boolean }>(
      `SELECT to_regclass('audit_archive.' || $1) IS NOT NULL AS there`,
      [name],
    );
    return found!.there;
  };
  const check = () => verify(service.database.url, service.dataDir);
  const visible = async () =>
    (
      await service.request('GET', `/api/audit?to=${younger.before.toISOString()}`, {
        key: service.adminKey,
      })
    ).body.events.length as number;
  afterEach(() => service.stop());

  it('moves a sealed month that is old enough out of the table, with a signed statement, and deletes no row', async () => {
    await start();
    await seal();
    expect(await visible()).toBe(10);
    await run();
    expect([await isArchived(old.name), await isArchived(younger.name), await visible()]).toEqual([
      true,
      false,
      5,
    ]);
    expect(await service.query(`SELECT id FROM audit_archive.${old.name}`)).toHaveLength(5);
    const statements = await service.query('SELECT partition, since, before, rows FROM audit_retention');
    expect(statements).toEqual([{ partition: old.name, since: old.since, before: old.before, rows: '5' }]);
    expect(await check()).toMatchObject({ code: 0, report: { whole: true, archived: 5 } });
    await run();
    expect(await service.query('SELECT FROM audit_retention')).toHaveLength(1);
  });

  it('runs at the start of the service', async () => {
    await start({ AUDIT_RETENTION_DAYS: 'never' });
    await seal();
    await run();
    expect(await isArchived(old.name)).toBe(false);
    const { url } = service.database;
    const again = await TestService.start({ env: { DATABASE_URL: url, AUDIT_RETENTION_DAYS: '90' } });
    try {
      const { name } = old;
      await eventually(() => isArchived(name), Boolean);
    } finally {
      await again.stop();
    }
  });

  it('keeps a month with an unsealed row in the table', async () => {
    await start();
    await run();
    expect(await isArchived(old.name)).toBe(false);
    await seal();
    await tamper(service.database.ownerUrl, [
      `INSERT INTO audit_events (id, occurred_at, node_id, node_seq, action, outcome)
       VALUES (gen_random_uuid(), $1, gen_random_uuid(), 1, 'spec', 'success')`,
      [old.since],
    ]);
    await run();
    expect(await isArchived(old.name)).toBe(false);
  });

  it('keeps old rows of the default partition in the table', async () => {
    await start();
    const another = uuid();
    await addRows(service, another, [1], () => month(8).since);
    await seal();
    await sealerOf(service).closeNode(another, 1);
    await run();
    expect(await visible()).toBe(6);
    expect((await check()).code).toBe(0);
  });

  it('cannot be shortened by the service, or directed at another table', async () => {
    await start();
    await seal();
    const { url } = service.database;
    const detach = (partition: string, days: number | null) =>
      refusal(url, `SELECT audit_detach_partition('${partition}', ${days})`);
    expect((await detach(old.name, 29)).message).toContain('at least 30');
    expect((await detach(old.name, null)).message).toContain('at least 30');
    expect((await detach(old.name, 200)).message).toContain('has not ended 200 days ago');
    expect((await detach(month(0).name, 30)).message).toContain('has not ended');
    for (const name of ['audit_events_default', 'users', 'audit_seals', `${old.name}; DROP TABLE users`])
      expect((await detach(name, 30)).message).toContain('is not a partition');
    expect((await refusal(url, `ALTER TABLE audit_events DETACH PARTITION ${old.name}`)).code).toBe('42501');
    await run();
    expect((await refusal(url, `DELETE FROM audit_archive.${old.name}`)).code).toBe('42501');
    expect((await refusal(url, `DELETE FROM audit_retention`)).code).toBe('42501');
    expect((await refusal(url, `UPDATE audit_seals SET closed = false`)).code).toBe('42501');
  });

  it('is reported when no signed statement covers it', async () => {
    await start();
    await seal();
    await query(service.database.url, `SELECT audit_detach_partition('${old.name}', 90)`);
    const { code, report } = await check();
    expect([code, report.findings.map(named)]).toEqual([
      1,
      oneTo(5).map((seq) => ['missing', nodeId, seq, null]),
    ]);
  });

  it.each([
    ['before', `before + interval '3 months'`],
    ['since', `since - interval '1 month'`],
    ['rows', 'rows + 1'],
    ['signature', `sha256('') || sha256('')`],
    ['key_id', `'0123456789abcdef'`],
    ['since', `'-infinity'`],
  ])('is reported when the %s of its statement was changed to %s', async (column, value) => {
    await start();
    await seal();
    await run();
    await tamper(service.database.ownerUrl, [`UPDATE audit_retention SET ${column} = ${value}`]);
    const { code, report } = await check();
    expect([code, report.counts]).toEqual([1, expect.objectContaining({ seal: 1, missing: 5 })]);
    expect(report.findings[0]!.what).toContain(old.name);
  });

  it('does not hide rows that were deleted before it', async () => {
    await start();
    await seal();
    await tamper(service.database.ownerUrl, [
      'DELETE FROM audit_events WHERE node_id = $1 AND node_seq = 2',
      [nodeId],
    ]);
    await run();
    expect(await isArchived(old.name)).toBe(true);
    const { code, report } = await check();
    expect([code, report.counts.missing, report.findings[0]!.what]).toEqual([
      1,
      1,
      expect.stringContaining('it is about 4 rows, 5 are gone'),
    ]);
  });
});
