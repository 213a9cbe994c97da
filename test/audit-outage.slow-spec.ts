import { Injectable, Module } from '@nestjs/common';
import { Authenticated } from '../src/access/access.decorators.js';
import { AuditWriter } from '../src/audit/writer/audit-writer.js';
import { Tool } from '../src/mcp/decorators/tool.decorator.js';
import { bringBack, query, takeAway } from './support/database.js';
import { TestService } from './support/test-service.js';
import { eventually } from './support/until.js';

let ran = 0;

@Injectable()
class CountingTools {
  @Tool({ name: 'counting_run', description: 'Counts how often it ran; needs no database' })
  @Authenticated()
  run() {
    return `${++ran}`;
  }
}

@Module({ providers: [CountingTools] })
class CountingModule {}

const server = (): string => process.env.TEST_POSTGRES_URL!;

interface Sequence {
  node_seq: string;
  tool: string | null;
  outcome: string;
}

describe('While PostgreSQL is unavailable', () => {
  let service: TestService;
  let key: { id: string; apiKey: string };

  const start = async (env: Record<string, string> = {}) => {
    service = await TestService.start({ env, modules: [CountingModule] });
    key = await service.createKey(await service.createUser(), ['read']);
    // From here on the key is cached, and the earlier rows are written.
    await service.call(key.apiKey, 'whoami');
    await service.auditRows();
    ran = 0;
  };
  afterEach(async () => {
    await bringBack(service.database.name);
    await service.stop();
  });

  const writer = () => service.service.app.get(AuditWriter, { strict: false });
  const sequence = () =>
    query<Sequence>(
      service.database.url,
      'SELECT node_seq, tool, outcome FROM audit_events WHERE key_id = $1 ORDER BY node_seq',
      [key.id],
    );
  const allNumbers = async () =>
    (
      await query<{ node_seq: string }>(
        service.database.url,
        'SELECT node_seq FROM audit_events ORDER BY node_seq',
      )
    ).map(({ node_seq: number }) => Number(number));
  const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('a tool that needs no database still answers, and its rows arrive afterwards without a gap', async () => {
    await start();
    await takeAway(service.database.name);
    for (let call = 1; call <= 30; call++) {
      const answer = await service.call(key.apiKey, call % 2 ? 'whoami' : 'counting_run');
      expect(answer.status).toBe(200);
      expect(answer.body.result.isError).toBeUndefined();
    }
    expect(ran).toBe(15);
    // At least one attempt to write has failed by now.
    await writer().flush();
    expect(writer().state()).toMatchObject({ dropped: 0, pending: 0, spooled: 30 });
    await bringBack(service.database.name);
    const rows = await eventually(sequence, (found) => found.length >= 31);
    expect(rows.map(({ tool }) => tool)).toEqual([
      'whoami',
      ...oneTo(30).map((call) => (call % 2 ? 'whoami' : 'counting_run')),
    ]);
    expect(rows.every(({ outcome }) => outcome === 'success')).toBe(true);
    const { accepted, dropped } = writer().state();
    expect(dropped).toBe(0);
    expect(await allNumbers()).toEqual(oneTo(accepted));
  });

  it('no row is lost while the database only reads, as a standby does', async () => {
    await start();
    const { name } = service.database;
    const readOnly = async (flag: 'on' | 'off') => {
      await query(server(), `ALTER DATABASE ${name} SET default_transaction_read_only = ${flag}`);
      await takeAway(name);
      await bringBack(name);
    };
    await readOnly('on');
    for (let call = 0; call < 5; call++) expect((await service.call(key.apiKey, 'whoami')).status).toBe(200);
    await writer().flush();
    expect(writer().state()).toMatchObject({ dropped: 0, pending: 0, spooled: 5 });
    await readOnly('off');
    expect(await eventually(sequence, (found) => found.length >= 6)).toHaveLength(6);
    expect(await allNumbers()).toEqual(oneTo(writer().state().accepted));
  });

  it('what needs it is answered with 503 database_unavailable, and an unknown key is not called invalid', async () => {
    await start();
    const other = await service.createKey(await service.createUser(), ['read']);
    await takeAway(service.database.name);
    const rest = await service.request('GET', '/api/documents', { key: key.apiKey });
    expect([rest.status, rest.body.code]).toEqual([503, 'database_unavailable']);
    expect(rest.headers.get('retry-after')).toMatch(/^\d+$/);
    const tool = await service.call(key.apiKey, 'documents_list');
    expect([tool.status, tool.body.error?.data.code]).toEqual([503, 'database_unavailable']);
    const unknown = await service.request('GET', '/api/me', { key: other.apiKey });
    expect([unknown.status, unknown.body.code]).toEqual([503, 'database_unavailable']);
    for (const { text } of [rest, tool, unknown]) expect(text).not.toContain(service.database.name);
    await bringBack(service.database.name);
    expect((await service.request('GET', '/api/me', { key: other.apiKey })).status).toBe(200);
  });

  it('the readiness probe passes while known keys are answered, and names the database', async () => {
    await start();
    const ready = () => service.request('GET', '/health/ready');
    expect((await ready()).body).toMatchObject({ status: 'ok', state: 'serving' });
    expect((await service.call(key.apiKey, 'counting_run')).status).toBe(200);
    await takeAway(service.database.name);
    const away = await ready();
    expect(away.status).toBe(200);
    expect(away.body).toMatchObject({
      status: 'ok',
      checks: { database: { status: 'unavailable' }, audit: { status: 'ok' } },
    });
    expect((await service.call(key.apiKey, 'counting_run')).status).toBe(200);
    await bringBack(service.database.name);
    expect((await ready()).body.checks.database.status).toBe('ok');
  });

  it('the readiness probe fails while no key can be answered, and the liveness probe does not', async () => {
    await start({ COHERENCE_LEASE_MS: '500' });
    await takeAway(service.database.name);
    const ready = () => service.request('GET', '/health/ready');
    const away = await eventually(ready, ({ status }) => status === 503);
    expect(away.body).toMatchObject({
      status: 'unavailable',
      checks: { database: { status: 'unavailable' }, audit: { status: 'ok' } },
    });
    expect((await service.request('GET', '/health/live')).status).toBe(200);
    await bringBack(service.database.name);
    expect((await eventually(ready, ({ status }) => status === 200)).body.status).toBe('ok');
  });

  it('a tool is refused with 503 audit_unavailable and does not run once there is no room for its row', async () => {
    await start({ AUDIT_QUEUE_MAX_ROWS: '3', AUDIT_DURABILITY: 'memory', AUDIT_WAIT_SECONDS: '0' });
    await takeAway(service.database.name);
    for (let call = 1; call <= 3; call++) {
      expect((await service.call(key.apiKey, 'counting_run')).status).toBe(200);
    }
    for (let call = 0; call < 5; call++) {
      const refused = await service.call(key.apiKey, 'counting_run');
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      // It is refused before its key is checked, so none of its body was read.
      expect(refused.body).toMatchObject({ id: null, error: { data: { code: 'audit_unavailable' } } });
    }
    expect(ran).toBe(3);
    const rest = await service.request('GET', '/api/documents', { key: key.apiKey });
    expect([rest.status, rest.body.code]).toEqual([503, 'audit_unavailable']);
    expect((await service.request('GET', '/health/ready')).body.checks.audit).toMatchObject({
      status: 'full',
    });
    await bringBack(service.database.name);
    const again = await eventually(
      () => service.call(key.apiKey, 'counting_run'),
      ({ status }) => status !== 503,
    );
    expect(again.status).toBe(200);
    expect(ran).toBe(4);
    await eventually(sequence, (rows) => rows.length >= 5);
    const rows = await sequence();
    expect(rows.filter(({ tool }) => tool === 'counting_run')).toHaveLength(4);
    expect(await allNumbers()).toEqual(oneTo(writer().state().accepted));
  });

  it('refusals do not make the queue exceed its bound', async () => {
    await start({ AUDIT_QUEUE_MAX_ROWS: '10', AUDIT_DURABILITY: 'memory', AUDIT_WAIT_SECONDS: '0' });
    await takeAway(service.database.name);
    for (let call = 0; call < 60; call++) {
      const answer = await service.call(key.apiKey, 'documents_delete', { id: 'x' });
      expect([403, 503]).toContain(answer.status);
    }
    expect(writer().state().pending).toBeLessThanOrEqual(11);
  });
});

describe('At a stop of the service,', () => {
  it('stop() writes every accepted row, each once and in order', async () => {
    const service = await TestService.start();
    try {
      const key = await service.createKey(await service.createUser(), ['read']);
      await Promise.all(Array.from({ length: 700 }, () => service.call(key.apiKey, 'whoami')));
      await service.service.stop();
      const rows = await service.query<{ n: string; last: string; calls: string }>(
        `SELECT count(*) AS n, max(node_seq) AS last, count(*) FILTER (WHERE tool = 'whoami') AS calls
         FROM audit_events`,
      );
      expect(rows).toEqual([{ n: rows[0]!.last, last: rows[0]!.last, calls: '700' }]);
    } finally {
      await service.database.drop();
    }
  });

  it('stop() waits for a database that becomes available again', async () => {
    const service = await TestService.start();
    try {
      const key = await service.createKey(await service.createUser(), ['read']);
      await service.call(key.apiKey, 'whoami');
      await service.auditRows();
      await takeAway(service.database.name);
      for (let call = 0; call < 5; call++) await service.call(key.apiKey, 'whoami');
      const writer = service.service.app.get(AuditWriter, { strict: false });
      await writer.flush();
      const stopped = service.service.stop();
      await bringBack(service.database.name);
      await stopped;
      expect(await service.query(`SELECT id FROM audit_events WHERE tool = 'whoami'`)).toHaveLength(6);
    } finally {
      await service.database.drop();
    }
  });

  it('stop() lets a running call finish and writes its row', async () => {
    const service = await TestService.start();
    try {
      const key = await service.createKey(await service.createUser(), ['read', 'write']);
      await service.call(key.apiKey, 'whoami');
      const calls = Array.from({ length: 20 }, () =>
        service.call(key.apiKey, 'documents_create', { title: 'T', content: 'C' }).then(
          ({ status }) => status,
          () => 'refused' as const,
        ),
      );
      const first = await Promise.race(calls);
      await service.service.stop();
      const answered = (await Promise.all(calls)).filter((status) => status === 200).length;
      expect(first).toBe(200);
      const [kept] = await service.query<{ documents: string; rows: string }>(
        `SELECT (SELECT count(*) FROM documents) AS documents,
                (SELECT count(*) FROM audit_events WHERE tool = 'documents_create') AS rows`,
      );
      expect(kept).toEqual({ documents: String(answered), rows: String(answered) });
    } finally {
      await service.database.drop();
    }
  });
});
