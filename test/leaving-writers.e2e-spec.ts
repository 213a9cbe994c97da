import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentImporter } from '../src/documents/document-importer.js';
import { createOrganization, type TestOrganization } from './support/organizations.js';
import { TestService, type TestUser } from './support/test-service.js';
import { eventually } from './support/until.js';

const DEFAULT_ORGANIZATION = '00000000-0000-7000-8000-000000000001';
const SCOPES = ['read', 'write', 'delete', 'agents:*', 'keys:*', 'teams:*', 'documents:*'];
/** Enough that a removal falls between the steps of a write. */
const LEAVERS = 3;
const FILES = 200;

/** What a leaver still owns in an organisation. */
const LEFT = `
  SELECT 'document' AS kind FROM documents WHERE organization_id = $1 AND owner_id = $2
  UNION ALL
  SELECT 'import' FROM document_imports i JOIN documents d ON d.id = i.document_id
  WHERE d.organization_id = $1 AND i.owner_id = $2
  UNION ALL
  SELECT 'shared folder' FROM document_source_shares WHERE organization_id = $1 AND owner_id = $2
  UNION ALL
  SELECT 'agent' FROM agents WHERE organization_id = $1 AND owner_id = $2 AND retired_at IS NULL
  UNION ALL
  SELECT 'key' FROM api_keys WHERE organization_id = $1 AND user_id = $2 AND revoked_at IS NULL`;

describe('Whoever leaves an organization while six writers write', () => {
  let service: TestService;
  let importer: DocumentImporter;
  let folder: string;
  let tenant: TestOrganization;

  beforeAll(async () => {
    service = await TestService.start({
      env: { API_KEY_MAX_PER_USER: '10000', AGENTS_MAX_PER_OWNER: '10000' },
    });
    importer = service.service.app.get(DocumentImporter, { strict: false });
    folder = await mkdtemp(join(tmpdir(), 'bouncer-leaving-spec-'));
    await mkdir(join(folder, 'notes'));
    for (let file = 0; file < FILES; file++)
      await writeFile(join(folder, 'notes', `${file}.md`), `# Note ${file}\n\nAbout trains`);
    tenant = await createOrganization(service);
  });
  afterAll(async () => {
    await service.stop();
    await rm(folder, { recursive: true });
  });

  const send = (method: string, path: string, key: string, body?: unknown) =>
    service.request(method, path, { key, ...(body !== undefined && { body }) });

  /** Repeats a write until it is refused. @returns the status of the refusal */
  const repeat = async (write: () => Promise<number>, done: () => void): Promise<number> => {
    for (;;) {
      const status = await write();
      if (status >= 400) return status;
      done();
    }
  };

  const importAll = async (ownerId: string, done: () => void): Promise<void> => {
    const root = await importer.open(ownerId, join(folder, 'notes'));
    const { files } = await importer.find(root.folder);
    await importer.import(root, files, { onFile: done });
  };

  const run = async (organizationId: string, leaver: TestUser, key: string, query: string) => {
    const written = Array.from({ length: 6 }, () => 0);
    const count = (writer: number) => () => void written[writer]!++;
    const document = { title: 'T', content: 'Some words about trains' };
    const viaRest = async () => (await send('POST', '/api/documents', key, document)).status;
    const agent = { name: 'Agent', scopes: ['documents:read'] };
    const writers: Promise<unknown>[] = [
      repeat(viaRest, count(0)),
      repeat(viaRest, count(1)),
      repeat(async () => (await service.call(key, 'documents_create', document)).status, count(2)),
      repeat(
        async () => (await send('POST', '/api/agents', key, { ...agent, name: `A ${written[3]}` })).status,
        count(3),
      ),
      repeat(
        async () => (await send('POST', '/api/mcp/keys', key, { name: 'Key', scopes: ['read'] })).status,
        count(4),
      ),
      organizationId === DEFAULT_ORGANIZATION
        ? importAll(leaver.id, count(5)).catch((error: unknown) => error)
        : repeat(viaRest, count(5)),
    ];
    await eventually(
      () => Promise.resolve(written),
      (counts) => counts.every((writes) => writes >= 2),
    );
    const path = `/api/organizations/${organizationId}/members/${leaver.id}?${query}`;
    const removed = await send('DELETE', path, service.adminKey);
    const ends = await Promise.all(writers);
    const left = await service.query<{ kind: string }>(LEFT, [organizationId, leaver.id]);
    return { removed: removed.status, ends, left: left.map(({ kind }) => kind) };
  };

  describe.each(['default', 'tenant'])('in the %s organization', (which) => {
    it.each(['handover', 'delete'])('leaves nothing behind with data=%s', async (data) => {
      for (let round = 0; round < LEAVERS; round++) {
        const isDefault = which === 'default';
        const [leaver, heir] = isDefault
          ? [await service.createUser(), await service.createUser()]
          : [await tenant.person(), await tenant.person()];
        const key = isDefault
          ? (await service.createKey(leaver, SCOPES)).apiKey
          : await tenant.keyOf(leaver, SCOPES);
        const query = data === 'handover' ? `data=handover&to=${heir.id}` : 'data=delete';
        const id = isDefault ? DEFAULT_ORGANIZATION : tenant.id;
        const { removed, ends, left } = await run(id, leaver, key, query);
        expect([removed, left]).toEqual([204, []]);
        for (const end of ends.slice(0, 5)) expect([401, 403]).toContain(end);
      }
    });
  });
});
