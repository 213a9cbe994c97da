import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AuditSealer } from '../src/audit/seal/audit-sealer.js';
import { sharedPublicKeyFile } from '../src/audit/seal/seal-key.js';
import { AuthSecret } from '../src/identity/auth/auth-secret.js';
import { PasswordLinks } from '../src/identity/links/password-links.js';
import { Browser } from './support/browser.js';
import { verify } from './support/audit-chain.js';
import { Replica } from './support/replica.js';
import { TestService } from './support/test-service.js';

const PASSWORD = 'correct horse battery staple';
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

  it('sign sessions with one secret, so that one made at a replica is a caller at the other', async () => {
    const { email } = await service.createUser({ email: 'ada@example.com', name: 'Ada' });
    const links = service.service.app.get(PasswordLinks, { strict: false });
    const { path } = await links.issueFor(email, 'users:link');
    const here = new Browser(service.url);
    await here.submit('/auth/pages/link', { secret: path.split('=')[1]!, password: PASSWORD });
    expect((await here.signIn(email, PASSWORD)).status).toBe(200);
    const there = here.copy(replica.service.url);
    const me = await there.request('GET', '/api/me');
    expect([me.status, me.body.user.email]).toEqual([200, email]);
    expect((await there.request('POST', '/auth/sign-out', {})).status).toBe(200);
    expect((await here.request('GET', '/api/me')).status).toBe(401);
  });

  it('keep the secret of sessions in no data folder, and not readable in PostgreSQL', async () => {
    const [own, other] = await Promise.all(
      [service.service, replica.service].map(({ app }) => app.get(AuthSecret, { strict: false }).get()),
    );
    expect(other).toBe(own);
    expect(existsSync(join(service.dataDir, 'auth-secret'))).toBe(false);
    expect(existsSync(join(replica.dataDir, 'auth-secret'))).toBe(false);
    expect(replica.dataDir).not.toBe(service.dataDir);
    const [row] = await service.query<{ encrypted: Buffer }>(
      `SELECT encrypted FROM service_secrets WHERE name = 'auth'`,
    );
    expect(row!.encrypted.includes(own!)).toBe(false);
    expect(row!.encrypted.includes(Buffer.from(own!, 'base64'))).toBe(false);
  });

  it('keep their secrets encrypted', async () => {
    const rows = await service.query<{ name: string; encrypted: Buffer }>(
      'SELECT name, encrypted FROM service_secrets ORDER BY name',
    );
    expect(rows.map(({ name }) => name)).toEqual(['audit_seal_key', 'auth', 'mcp_state']);
    for (const { encrypted } of rows) expect(encrypted.toString('latin1')).not.toContain('PRIVATE KEY');
  });

  it('do not start with another key', async () => {
    const start = Replica.of(service, [], { SECRETS_KEY: `${SECRETS_KEY}!` });
    await expect(start).rejects.toThrow(/^SECRETS_KEY does not open the secret/);
  });
});
