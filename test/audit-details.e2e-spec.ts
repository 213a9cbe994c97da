import { AuditSealer } from '../src/audit/seal/audit-sealer.js';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { keyIn } from './support/second-organization.js';
import { TestService, type TestUser } from './support/test-service.js';

interface Row {
  id: string;
  tool: string | null;
  nodeId: string;
  nodeSeq: number;
}

describe('A row of the audit', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const read = (key: string, id: string) => service.request('GET', `/api/audit/${id}`, { key });
  const readerOf = async (user: TestUser) =>
    (await keyIn(service, DEFAULT_ORGANIZATION, user, ['audit:read'])).apiKey;
  const rowOf = async (tool: string): Promise<Row> => {
    await service.auditRows();
    const { events } = (await service.request('GET', `/api/audit?tool=${tool}`, { key: service.adminKey }))
      .body;
    return (events as Row[])[0]!;
  };

  it('is told with those who stood behind it, and with its hash once it is sealed', async () => {
    await service.call(service.adminKey, 'whoami');
    const row = await rowOf('whoami');
    await service.service.app.get(AuditSealer, { strict: false }).seal();
    const { status, body } = await read(service.adminKey, row.id);
    expect(status).toBe(200);
    expect(body.event).toEqual(row);
    expect(body.chain).toEqual([{ id: expect.any(String), name: expect.any(String), kind: 'person' }]);
    const [stored] = await service.query<{ hashes: Buffer; from_seq: string; number: string }>(
      'SELECT hashes, from_seq, number FROM audit_seals WHERE node_id = $1 AND $2 BETWEEN from_seq AND to_seq',
      [row.nodeId, row.nodeSeq],
    );
    const place = 32 * (row.nodeSeq - Number(stored!.from_seq));
    expect(body.seal).toEqual({
      number: Number(stored!.number),
      sealedAt: expect.any(String),
      keyId: expect.any(String),
      rowHash: stored!.hashes.subarray(place, place + 32).toString('hex'),
    });
  });

  it('names the owners of an agent, the outermost first', async () => {
    const made = await service.request('POST', '/api/agents', {
      key: service.adminKey,
      body: { name: 'Reporter', scopes: ['documents:read'], withKey: true },
    });
    const { key } = made.body as { key: { apiKey: string } };
    await service.call(key.apiKey, 'documents_search', { query: 'anything' });
    const { chain } = (await read(service.adminKey, (await rowOf('documents_search')).id)).body as {
      chain: { name: string; kind: string }[];
    };
    expect(chain.map(({ kind }) => kind)).toEqual(['person', 'agent']);
    expect(chain.at(-1)!.name).toBe('Reporter');
  });

  it('is not found by who does not see it in the list', async () => {
    await service.call(service.adminKey, 'whoami');
    const { id } = await rowOf('whoami');
    expect((await read(await readerOf(await service.createUser({ role: 'auditor' })), id)).status).toBe(200);
    const hidden = await read(await readerOf(await service.createUser()), id);
    expect([hidden.status, hidden.body.code]).toEqual([404, 'not_found']);
    expect((await read(service.adminKey, 'x')).status).toBe(400);
  });
});
