import { Client } from 'pg';
import { getRepositoryToken } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { Caller } from '../src/access/caller.js';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { ScopeSet } from '../src/access/scope-set.js';
import { AuditEvent } from '../src/audit/events/audit-event.entity.js';
import { CallCounter } from '../src/audit/figures/call-counter.js';
import { CallFiguresService } from '../src/audit/figures/call-figures.service.js';
import { makeOrganization } from './support/second-organization.js';
import { TestService } from './support/test-service.js';

const HOUR_MS = 3_600_000;
const NODE = '01900000-0000-7000-8000-00000000000c';
const INSERT = `
  INSERT INTO audit_events (id, occurred_at, recorded_at, node_id, node_seq, organization_id, action, tool, outcome, reason, duration_ms)
  VALUES ($1, $2, coalesce($3, now()), $4, $5, $6, $7, $8, $9, $10, $11)`;

describe('The counted calls of a week', () => {
  let service: TestService;
  let counter: CallCounter;
  let acme: string;
  let seq = 0;

  beforeAll(async () => {
    service = await TestService.start();
    counter = service.service.app.get(CallCounter, { strict: false });
    acme = await makeOrganization(service, 'Acme');
  });
  afterAll(() => service.stop());

  const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
  interface Row {
    at: Date;
    recorded?: Date;
    organizationId?: string | null;
    action?: string;
    tool?: string | null;
    outcome?: string;
    reason?: string | null;
    ms?: number | null;
  }
  const valuesOf = ({ at, recorded, organizationId = acme, ...row }: Row) => {
    const { action = 'tools/call', tool = 'whoami', outcome = 'success', reason = null, ms = 12 } = row;
    const id = uuid({ msecs: at.getTime() });
    return [id, at, recorded ?? null, NODE, ++seq, organizationId, action, tool, outcome, reason, ms];
  };
  const add = (row: Row) => service.query(INSERT, valuesOf(row));
  /** Reads anew each time, where a service answers figures again for some seconds. */
  const figures = async (rowByRow = false, organizationId = acme) => {
    const events = service.service.app.get<Repository<AuditEvent>>(getRepositoryToken(AuditEvent), {
      strict: false,
    });
    const none = { completeTo: async () => new Date(0) } as CallCounter;
    const reader = {
      role: 'auditor',
      organizationId,
      isOperator: false,
      scopes: ScopeSet.of('auditor', ['audit:read']),
    };
    const read = await new CallFiguresService(events, rowByRow ? none : counter).of(
      reader as unknown as Caller,
      '7d',
    );
    return {
      total: read.total,
      buckets: read.buckets,
      tools: [...read.tools].sort(([one], [other]) => one.localeCompare(other)),
    };
  };

  it('are those of the rows, of each organisation, tool, outcome and length', async () => {
    await service.query(`UPDATE audit_counted_to SET recorded_at = now() - interval '8 days'`);
    for (const hours of [2, 5, 30, 31, 100, 150]) {
      const at = ago(hours);
      await add({ at, recorded: at });
      await add({ at, recorded: at, tool: null, ms: 800, action: 'document.list' });
      await add({ at, recorded: at, tool: 'none', outcome: 'failure', reason: 'unknown_tool', ms: null });
      await add({ at, recorded: at, outcome: 'denied', reason: 'rate_limited' });
      await add({ at, recorded: at, outcome: 'pending' });
      await add({ at, recorded: at, action: 'anomaly.rate', tool: null });
      await add({ at, recorded: at, organizationId: null, tool: 'documents_get' });
    }
    await counter.count();
    expect(await service.query('SELECT FROM audit_counted_calls')).not.toEqual([]);
    const counted = await figures();
    expect(counted).toMatchObject({ total: { calls: 24, errors: 6, refused: 6 } });
    expect(counted).toEqual(await figures(true));
    const ours = await figures(false, DEFAULT_ORGANIZATION);
    expect(ours.total.calls).toBeGreaterThanOrEqual(6);
    expect(ours).toEqual(await figures(true, DEFAULT_ORGANIZATION));
  });

  it('have rows that were recorded long after they occurred, once they are counted', async () => {
    const { calls } = (await figures()).total;
    await service.query(`UPDATE audit_counted_to SET recorded_at = now() - interval '1 minute'`);
    await add({ at: ago(40), recorded: ago(0.01) });
    await counter.count();
    expect((await figures()).total.calls).toBe(calls + 1);
    expect(await figures()).toEqual(await figures(true));
  });

  it('wait for a transaction that goes on, which may still add rows with the time of its beginning', async () => {
    const client = new Client({ connectionString: service.database.url });
    await client.connect();
    const mark = async () =>
      (await service.query<{ at: Date }>('SELECT recorded_at AS at FROM audit_counted_to'))[0]!.at;
    try {
      await client.query('BEGIN');
      const [begun] = (await client.query<{ at: Date }>('SELECT now() AS at')).rows;
      await service.query(`UPDATE audit_counted_to SET recorded_at = now() - interval '1 hour'`);
      await counter.count();
      expect((await mark()).getTime()).toBeLessThan(begun!.at.getTime());
    } finally {
      await client.end();
    }
  });

  it('are counted once by replicas that count at the same time', async () => {
    await service.query('DELETE FROM audit_counted_calls');
    await service.query(`UPDATE audit_counted_to SET recorded_at = now() - interval '8 days'`);
    const source = (counter as unknown as { dataSource: ConstructorParameters<typeof CallCounter>[0] })
      .dataSource;
    const others = [new CallCounter(source), new CallCounter(source)];
    await Promise.all([counter, ...others].map((one) => one.count()));
    await counter.count();
    expect(await figures()).toEqual(await figures(true));
  });
});
