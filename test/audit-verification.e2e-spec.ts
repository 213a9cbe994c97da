import { Client } from 'pg';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { addRows, oneTo, otherSealer, tamper } from './support/audit-chain.js';
import { Replica } from './support/replica.js';
import { keyIn, makeOrganization, personOf } from './support/second-organization.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const VERIFY = '/api/audit/verify';
const NODE = '01900000-0000-7000-8000-00000000000b';
/** How far back the process that ran a verification is put, so that it counts as ended. */
const ENDED = `UPDATE audit_verifications SET heartbeat_at = now() - interval '1 hour' WHERE id = $1`;

describe('A verification of the audit', () => {
  let service: TestService;
  let auditor: string;

  beforeAll(async () => {
    service = await TestService.start({ env: { AUDIT_SEAL_SECONDS: '600' } });
    auditor = await keyOf(await service.createUser({ role: 'auditor' }));
    await addRows(service, NODE, oneTo(30));
    await otherSealer(service, NODE).advance(30);
  });
  afterAll(() => service.stop());

  const keyOf = async (
    user: TestUser,
    organizationId = DEFAULT_ORGANIZATION,
    scopes = ['audit:read', 'audit:verify'],
  ) => (await keyIn(service, organizationId, user, scopes)).apiKey;
  const begin = (key = auditor) => service.request('POST', VERIFY, { key });
  const get = async (id: string) => (await service.request('GET', `${VERIFY}/${id}`, { key: auditor })).body;
  const ended = (id: string) =>
    eventually(
      () => get(id),
      ({ state }) => !['queued', 'running'].includes(state),
    );
  const verified = async () => {
    const begun = await begin();
    expect([begun.status, begun.body.state]).toEqual([202, 'queued']);
    expect(begun.headers.get('location')).toBe(`${VERIFY}/${begun.body.id}`);
    return ended(begun.body.id);
  };
  /** Makes a verification that runs without an end, as one of another replica would. */
  const runningElsewhere = async () => {
    const [row] = await service.query<{ id: string }>(
      `INSERT INTO audit_verifications (id, state, requested_by) VALUES (gen_random_uuid(), 'running', $1) RETURNING id`,
      [NODE],
    );
    return row!.id;
  };
  /** Runs work while every verification waits, before it reads anything. */
  const whileAllWait = async (work: () => Promise<void>) => {
    const client = new Client({ connectionString: service.database.ownerUrl });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query('LOCK TABLE audit_retention IN ACCESS EXCLUSIVE MODE');
      await work();
    } finally {
      await client.end();
    }
  };
  const rowsOf = async (id: string) => {
    const rows = await service.auditRows();
    return rows
      .filter(({ resource }) => resource === `audit_verification:${id}`)
      .map(({ action, metadata }) => [action, (metadata as any).state]);
  };

  it('passes where every row is what was sealed, and the seals and the overview say up to when', async () => {
    const passed = await verified();
    expect(passed).toMatchObject({
      state: 'passed',
      findings: [],
      counts: [],
      findingsCount: 0,
      problem: null,
      verifiedUpTo: { nodeId: NODE, nodeSeq: 30, seal: 1 },
      progress: { seals: 1, sealsTotal: 1 },
    });
    expect(passed.progress.rows).toBeGreaterThanOrEqual(30);
    const last = {
      id: passed.id,
      state: 'passed',
      at: passed.endedAt,
      verifiedUpTo: passed.verifiedUpTo.at,
      findingsCount: 0,
      problem: null,
    };
    for (const path of ['/api/audit/seals', '/api/overview'])
      expect((await service.request('GET', path, { key: auditor })).body.lastVerification).toEqual(last);
    expect(await rowsOf(passed.id)).toEqual(
      expect.arrayContaining([
        ['audit_verification.begin', undefined],
        ['audit_verification.end', 'passed'],
      ]),
    );
  });

  it('fails and names the row that was changed', async () => {
    const [row] = await service.query<{ id: string }>(
      'SELECT id FROM audit_events WHERE node_id = $1 AND node_seq = 7',
      [NODE],
    );
    const rename = (name: string) =>
      tamper(service.database.ownerUrl, ['UPDATE audit_events SET tool = $2 WHERE id = $1', [row!.id, name]]);
    await rename('documents_delete');
    const failed = await verified();
    expect(failed).toMatchObject({
      state: 'failed',
      findingsCount: 1,
      counts: [{ code: 'changed', count: 1 }],
      findings: [
        { code: 'changed', message: 'It is not what was sealed.', nodeId: NODE, nodeSeq: 7, rowId: row!.id },
      ],
    });
    const overview = (await service.request('GET', '/api/overview', { key: auditor })).body;
    expect([overview.status, overview.reasons[0].code]).toEqual(['danger', 'audit_findings']);
    await rename('whoami');
    expect((await verified()).state).toBe('passed');
  });

  it('is stopped, and one that has ended is not stopped again', async () => {
    let id = '';
    const stop = () => service.request('DELETE', `${VERIFY}/${id}`, { key: auditor });
    await whileAllWait(async () => {
      id = (await begin()).body.id;
      await eventually(
        () => get(id),
        ({ state }) => state === 'running',
      );
      expect((await stop()).status).toBe(204);
      expect((await get(id)).state).toBe('stopped');
    });
    const again = await stop();
    expect([again.status, again.body.code]).toEqual([409, 'conflict']);
    expect((await verified()).state).toBe('passed');
    expect(await get(id)).toMatchObject({ state: 'stopped', problem: null });
  });

  it('that runs on another replica keeps a second one from beginning, and can be stopped', async () => {
    const id = await runningElsewhere();
    const second = await begin();
    expect([second.status, second.body.code, second.body.id]).toEqual([409, 'conflict', id]);
    expect((await service.request('DELETE', `${VERIFY}/${id}`, { key: auditor })).status).toBe(204);
    expect((await get(id)).state).toBe('stopped');
    expect((await verified()).state).toBe('passed');
    expect(await rowsOf(id)).toEqual(
      expect.arrayContaining([
        ['audit_verification.stop', undefined],
        ['audit_verification.end', 'stopped'],
      ]),
    );
  });

  it('begins once, however many ask several replicas at once', async () => {
    const replica = await Replica.of(service, [], {
      AUDIT_SEAL_KEY_FILE: `${service.dataDir}/audit/seal-key.pem`,
      AUDIT_CHECKPOINTS_FILE: `${service.dataDir}/audit/checkpoints.json`,
    });
    try {
      let id = '';
      await whileAllWait(async () => {
        const answers = await Promise.all([
          begin(),
          begin(),
          replica.request('POST', VERIFY, auditor),
          replica.request('POST', VERIFY, auditor),
        ]);
        const begun = answers.filter(({ status }) => status === 202);
        expect(begun).toHaveLength(1);
        id = begun[0]!.body.id;
        for (const { status, body } of answers.filter((answer) => answer !== begun[0]))
          expect([status, body.code, body.id]).toEqual([409, 'conflict', id]);
      });
      await ended(id);
    } finally {
      await replica.stop();
    }
  });

  it('is lost with the process that ran it, and another one may begin', async () => {
    const id = await runningElsewhere();
    expect((await get(id)).state).toBe('running');
    await service.query(ENDED, [id]);
    expect((await verified()).state).toBe('passed');
    const lost = await get(id);
    expect(lost).toMatchObject({ state: 'lost', endedAt: expect.any(String) });
    const ends = (await rowsOf(id)).filter(([action]) => action === 'audit_verification.end');
    expect(ends).toEqual([['audit_verification.end', 'lost']]);
  });

  it('is listed, the newest first and page by page, without its findings', async () => {
    const all = (await service.request('GET', `${VERIFY}?limit=100`, { key: auditor })).body.verifications;
    expect(all.length).toBeGreaterThan(3);
    expect('findings' in all[0]).toBe(false);
    const paged = (await service.pages(auditor, `${VERIFY}?limit=2`, 'verifications')).flat();
    expect(paged.map(({ id }) => id)).toEqual(all.map(({ id }: { id: string }) => id));
  });

  it('is refused to members, to other organisations and to keys without the scopes', async () => {
    const acme = await makeOrganization(service, 'Acme');
    const { id } = (await begin()).body;
    await ended(id);
    const asked = async (key: string) => [
      await begin(key),
      await service.request('GET', VERIFY, { key }),
      await service.request('GET', `${VERIFY}/${id}`, { key }),
      await service.request('DELETE', `${VERIFY}/${id}`, { key }),
    ];
    const codes = async (key: string) =>
      (await asked(key)).map(({ status, body }) => [status, body.code ?? null]);
    const forbidden = [403, 'forbidden'];
    const lacking = [403, 'insufficient_scope'];
    for (const role of ['owner', 'auditor'])
      expect(await codes(await keyOf(await personOf(service, acme, role), acme))).toEqual([
        forbidden,
        forbidden,
        forbidden,
        forbidden,
      ]);
    expect(await codes(await keyOf(await service.createUser()))).toEqual([
      lacking,
      forbidden,
      forbidden,
      lacking,
    ]);
    const reader = await keyOf(await service.createUser({ role: 'auditor' }), undefined, ['audit:read']);
    expect(await codes(reader)).toEqual([lacking, [200, null], [200, null], lacking]);
    for (const key of [
      await keyOf(await personOf(service, acme, 'auditor'), acme),
      await keyOf(await service.createUser()),
    ])
      expect((await service.request('GET', '/api/overview', { key })).body.lastVerification).toBeNull();
  });

  it('says why it could not verify', async () => {
    const other = await TestService.start({ env: { AUDIT_CHECKPOINTS_FILE: '/dev/null/checkpoints.json' } });
    try {
      const { id } = (await other.request('POST', VERIFY, { key: other.adminKey })).body;
      const answer = await eventually(
        () => other.request('GET', `${VERIFY}/${id}`, { key: other.adminKey }),
        ({ body }) => body.state === 'failed',
      );
      expect(answer.body).toMatchObject({ findingsCount: 0, problem: expect.stringContaining('ENOTDIR') });
      const { reasons } = (await other.request('GET', '/api/overview', { key: other.adminKey })).body;
      expect(reasons).toContainEqual(expect.objectContaining({ code: 'audit_not_verified' }));
    } finally {
      await other.stop();
    }
  });
});
