import { readFile } from 'node:fs/promises';
import { AuditSealer } from '../src/audit/seal/audit-sealer.js';
import { sharedPublicKeyFile } from '../src/audit/seal/seal-key.js';
import { verify } from './support/audit-chain.js';
import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';

const SECRETS_KEY = 'one-key-that-all-replicas-are-given';

describe('Replicas with one key for their secrets', () => {
  let service: TestService;
  let replica: Replica;

  beforeAll(async () => {
    service = await TestService.start({ env: { SECRETS_KEY } });
    replica = await Replica.of(service, [], { SECRETS_KEY });
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
  });

  it('seal with one key, whose public half lies in each data folder', async () => {
    const [own, other] = [service.service, replica.service].map(({ app }) =>
      app.get(AuditSealer, { strict: false }),
    );
    expect(other!.key.id).toBe(own!.key.id);
    const pem = own!.key.publicKey.export({ type: 'spki', format: 'pem' });
    expect(await readFile(sharedPublicKeyFile(service.dataDir), 'utf8')).toBe(pem);
  });

  it('make seals that the verifier checks with that key', async () => {
    await service.call(service.adminKey, 'whoami');
    await service.auditRows();
    const sealer = service.service.app.get(AuditSealer, { strict: false });
    await sealer.seal();
    const { report } = await verify(service.database.url, service.dataDir);
    expect(report.counts.seal).toBe(0);
    expect(report.seals).toBeGreaterThan(0);
  });

  it('keep their secrets encrypted', async () => {
    const rows = await service.query<{ name: string; encrypted: Buffer }>(
      'SELECT name, encrypted FROM service_secrets ORDER BY name',
    );
    expect(rows.map(({ name }) => name)).toEqual(['audit_seal_key', 'mcp_state']);
    for (const { encrypted } of rows) expect(encrypted.toString('latin1')).not.toContain('PRIVATE KEY');
  });

  it('do not start with another key', async () => {
    const start = Replica.of(service, [], { SECRETS_KEY: `${SECRETS_KEY}!` });
    await expect(start).rejects.toThrow(/^SECRETS_KEY does not open the secret/);
  });
});
