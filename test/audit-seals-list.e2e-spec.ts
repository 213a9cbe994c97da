import { AuditSealer } from '../src/audit/seal/audit-sealer.js';
import { DEFAULT_ORGANIZATION } from '../src/access/principal.js';
import { keyIn, makeOrganization, personOf } from './support/second-organization.js';
import { TestService, type TestUser } from './support/test-service.js';

interface Seal {
  nodeId: string;
  number: number;
  fromSeq: number;
  toSeq: number;
  rows: number;
}

describe('The list of seals', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const read = (key: string, query = '') => service.request('GET', `/api/audit/seals${query}`, { key });
  const keyOf = async (user: TestUser, organizationId = DEFAULT_ORGANIZATION, scopes = ['audit:read']) =>
    (await keyIn(service, organizationId, user, scopes)).apiKey;

  it('shows an auditor of the service each seal once, newest first, page by page', async () => {
    for (let count = 0; count < 3; count++) {
      await service.call(service.adminKey, 'whoami');
      await service.auditRows();
      await service.service.app.get(AuditSealer, { strict: false }).seal();
    }
    const stored = await service.query<{ node_id: string; number: string; digest: Buffer; key_id: string }>(
      'SELECT node_id, number, digest, key_id FROM audit_seals ORDER BY sealed_at DESC, node_id DESC, number DESC',
    );
    expect(stored.length).toBeGreaterThanOrEqual(3);
    const auditor = await keyOf(await service.createUser({ role: 'auditor' }));
    const seals = (await service.pages<Seal>(auditor, '/api/audit/seals?limit=1', 'seals')).flat();
    expect(seals.slice(-stored.length)).toEqual(
      stored.map((seal) => ({
        nodeId: seal.node_id,
        number: Number(seal.number),
        fromSeq: expect.any(Number),
        toSeq: expect.any(Number),
        rows: expect.any(Number),
        from: expect.any(String),
        to: expect.any(String),
        sealedAt: expect.any(String),
        closed: false,
        hashStart: seal.digest.toString('hex').slice(0, 16),
        keyId: seal.key_id,
      })),
    );
    for (const { fromSeq, toSeq, rows } of seals) expect(rows).toBe(toSeq - fromSeq + 1);
  });

  it('is refused to members, to other organisations and to keys without audit:read', async () => {
    const acme = await makeOrganization(service, 'Acme');
    const refused = [
      await keyOf(await service.createUser()),
      await keyOf(await personOf(service, acme, 'owner'), acme),
      await keyOf(await personOf(service, acme, 'auditor'), acme),
    ];
    for (const key of refused) {
      const answer = await read(key);
      expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
    }
    const without = await read(await keyOf(await service.createUser(), undefined, ['documents:read']));
    expect([without.status, without.body.code]).toEqual([403, 'insufficient_scope']);
  });

  it('refuses a cursor that it never gave out', async () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64url');
    for (const cursor of [
      'x',
      encoded('1 2 3'),
      encoded(`-1 1 ${DEFAULT_ORGANIZATION}`),
      encoded(`1 x ${DEFAULT_ORGANIZATION}`),
    ]) {
      const answer = await read(service.adminKey, `?cursor=${cursor}`);
      expect([cursor, answer.status, answer.body.code]).toEqual([cursor, 400, 'validation_failed']);
    }
  });
});
