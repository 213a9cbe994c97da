import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { KeyStore } from 'bouncer-mcp/client';
import {
  Bouncer,
  BouncerError,
  type BouncerOptions,
  InsufficientScope,
  MemoryKeyStore,
  NoKeyForUser,
  RateLimited,
  ToolFailed,
} from '../src/client/index.js';
import { agentAccess } from '../examples/web-application.js';
import { TestService } from './support/test-service.js';
import { typesOf } from '../scripts/openapi-types.mjs';

const ROOT = resolve(__dirname, '..');
const newEncryptionKey = () => randomBytes(32).toString('base64');

/** Returns the error that `work` throws, which must be of the class. */
async function thrown<T>(type: new (...args: never[]) => T, work: Promise<unknown>): Promise<T> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(type);
  return error as T;
}

describe('bouncer-mcp/client', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  const options = (more: Partial<BouncerOptions> = {}): BouncerOptions => ({
    url: service.url,
    adminKey: service.adminKey,
    encryptionKey: newEncryptionKey(),
    keys: new MemoryKeyStore(),
    scopes: ['documents:read', 'documents:write'],
    createUsers: true,
    ...more,
  });
  const keysOf = async (email: string) =>
    service.query<{ id: string; name: string; scopes: string[]; revoked_at: Date | null }>(
      `SELECT k.* FROM api_keys k JOIN users u ON u.id = k.user_id WHERE u.email = $1 ORDER BY k.created_at`,
      [email],
    );

  it('has the types of the OpenAPI document, which npm run client:types writes', async () => {
    const { body } = await service.request('GET', '/docs/openapi.json');
    expect(await readFile(resolve(ROOT, 'src/client/openapi.ts'), 'utf8')).toBe(await typesOf(body));
  });

  it('searches and calls tools for a user of a web application, as the example of ten lines shows', async () => {
    const env = {
      BOUNCER_URL: service.url,
      BOUNCER_ADMIN_KEY: service.adminKey,
      BOUNCER_ENCRYPTION_KEY: newEncryptionKey(),
    };
    const bouncerOf = agentAccess(env, new MemoryKeyStore());
    const ada = bouncerOf('Ada@Example.com');
    await ada.callTool('documents_create', {
      title: 'Notice',
      content: 'The notice period is three months.',
    });
    const found = await ada.searchDocuments('notice period', { limit: 5 });
    expect(found).toMatchObject({ count: 1, query: 'notice period', results: [{ title: 'Notice' }] });
    const file = new File(['<title>Leave</title><p>Thirty days.'], 'leave.html', { type: 'text/html' });
    expect(await ada.uploadDocument(file, { language: 'en' })).toMatchObject({
      title: 'Leave',
      content: 'Thirty days.',
      filename: 'leave.html',
      language: 'en',
    });
    expect((await ada.listTools()).map(({ name }) => name)).toContain('documents_search');
    expect((await bouncerOf('bob@example.com').searchDocuments('notice')).count).toBe(0);
    const { data } = await ada.rest.GET('/api/me');
    expect(data!.user.email).toBe('ada@example.com');
  });

  it('makes one key for a user on first use, whoever asks at once, and keeps it encrypted', async () => {
    const keys = new MemoryKeyStore();
    const encryptionKey = newEncryptionKey();
    const replicas = [0, 1].map(() => new Bouncer(options({ keys, encryptionKey })));
    const user = { email: 'many@example.com', name: 'Many' };
    const clients = [...replicas, ...replicas].map((bouncer) => bouncer.forUser(user));
    await Promise.all(clients.map((client) => client.searchDocuments('x')));
    await clients[0]!.searchDocuments('x');
    const made = await keysOf(user.email);
    expect(made.filter(({ revoked_at }) => revoked_at === null)).toMatchObject([
      { name: 'Web application', scopes: ['documents:read', 'documents:write'] },
    ]);
    const [value] = [...keys.values.values()];
    expect(keys.values.size).toBe(1);
    expect(value).not.toContain('mcp_');
    expect(Buffer.from(value!.split('.').at(-1)!, 'base64url').toString('latin1')).not.toContain('mcp_');
  });

  it('uses a user whom Bouncer already knows', async () => {
    const known = await service.createUser();
    await new Bouncer(options()).forUser({ email: known.email }).searchDocuments('x');
    expect(await keysOf(known.email)).toHaveLength(1);
  });

  it('replaces a key that ends within a day', async () => {
    const keys = new MemoryKeyStore();
    const encryptionKey = newEncryptionKey();
    const { email } = await service.createUser();
    const client = new Bouncer(options({ keys, encryptionKey })).forUser({ email });
    await client.searchDocuments('x');
    const soon = new Date(Date.now() + 60_000).toISOString();
    const [first] = await keysOf(email);
    const { KeyCipher } = await import('../src/client/key-cipher.js');
    const ending = { id: first!.id, apiKey: 'mcp_old', expiresAt: soon };
    keys.values.set(email, new KeyCipher([encryptionKey]).encrypt(JSON.stringify(ending), email));
    await client.searchDocuments('x');
    expect(await keysOf(email)).toHaveLength(2);
  });

  it('throws NoKeyForUser for an unknown user when it may not create users', async () => {
    const client = new Bouncer(options({ createUsers: false })).forUser({ email: 'nobody@example.com' });
    const error = await thrown(NoKeyForUser, client.searchDocuments('x'));
    expect([error.email, error.message]).toEqual([
      'nobody@example.com',
      'No key for nobody@example.com: Bouncer has no user with this e-mail address',
    ]);
  });

  it('throws NoKeyForUser without a key of an admin, and uses keys that are stored', async () => {
    const { email } = await service.createUser();
    const shared = options();
    const { adminKey: _, ...without } = shared;
    const client = new Bouncer(without).forUser({ email });
    await thrown(NoKeyForUser, client.searchDocuments('x'));
    await new Bouncer(shared).forUser({ email }).searchDocuments('x');
    expect((await client.searchDocuments('x')).count).toBe(0);
  });

  it('throws NoKeyForUser after the key was revoked, and creates a new key after forgetting that one', async () => {
    const { email } = await service.createUser();
    const bouncer = new Bouncer(options());
    const client = bouncer.forUser({ email });
    await client.searchDocuments('x');
    const [key] = await keysOf(email);
    await service.request('DELETE', `/api/mcp/keys/${key!.id}`, { key: service.adminKey });
    const refused = await thrown(NoKeyForUser, client.searchDocuments('x'));
    expect(refused.cause).toBeInstanceOf(BouncerError);
    await thrown(NoKeyForUser, client.callTool('whoami'));
    await bouncer.forgetKey({ email });
    expect((await client.searchDocuments('x')).count).toBe(0);
  });

  it('revokes the key that it forgets', async () => {
    const { email } = await service.createUser();
    const bouncer = new Bouncer(options());
    await bouncer.forUser({ email }).searchDocuments('x');
    await bouncer.forgetKey({ email });
    expect((await keysOf(email)).map(({ revoked_at }) => revoked_at)).toEqual([expect.any(Date)]);
  });

  it('does not decrypt a value that was copied to another user, and creates a key for that user', async () => {
    const keys = new MemoryKeyStore();
    const bouncer = new Bouncer(options({ keys }));
    const [ada, eve] = [await service.createUser(), await service.createUser()];
    await bouncer.forUser(ada).searchDocuments('x');
    keys.values.set(eve.email, keys.values.get(ada.email)!);
    const { data } = await bouncer.forUser(eve).rest.GET('/api/me');
    expect(data!.user.email).toBe(eve.email);
  });

  it('decrypts with an older encryption key', async () => {
    const { email } = await service.createUser();
    const [older, newer] = [newEncryptionKey(), newEncryptionKey()];
    const shared = options({ encryptionKey: older });
    await new Bouncer(shared).forUser({ email }).searchDocuments('x');
    await new Bouncer({ ...shared, encryptionKey: [newer, older] }).forUser({ email }).searchDocuments('x');
    expect(await keysOf(email)).toHaveLength(1);
  });

  it('throws InsufficientScope with the scopes that are missing, over REST and over MCP', async () => {
    const client = new Bouncer(options({ scopes: ['documents:read'] })).forUser(await service.createUser());
    const calls = [
      () => client.rest.POST('/api/documents', { body: { title: 'T', content: 'C' } }),
      () => client.callTool('documents_create', { title: 'T', content: 'C' }),
    ];
    for (const call of calls) {
      const error = await thrown(InsufficientScope, call());
      expect([error.status, error.code, error.missingScopes]).toEqual([
        403,
        'insufficient_scope',
        ['documents:write'],
      ]);
      expect(error.requestId).toEqual(expect.any(String));
    }
  });

  it('throws RateLimited with the seconds to wait, over REST and over MCP', async () => {
    const user = await service.createUser({ requestsPerMinute: 1 });
    const client = new Bouncer(options()).forUser(user);
    await client.searchDocuments('x');
    for (const call of [() => client.searchDocuments('x'), () => client.callTool('whoami')]) {
      const error = await thrown(RateLimited, call());
      expect([error.status, error.code]).toEqual([429, 'rate_limited']);
      expect(error.retryAfterSeconds).toBeGreaterThan(0);
    }
  });

  it('throws ToolFailed with the message of the tool', async () => {
    const client = new Bouncer(options()).forUser(await service.createUser());
    const missing = { id: '01900000-0000-7000-8000-000000000000' };
    const error = await thrown(ToolFailed, client.callTool('documents_get', missing));
    expect([error.tool, error.message]).toEqual(['documents_get', 'Document not found']);
  });

  it('refuses an encryption key that is not 32 bytes, without repeating it', () => {
    expect(() => new Bouncer(options({ encryptionKey: 'c2hvcnQ=' }))).toThrow(
      new TypeError('An encryption key is 32 bytes in base64: openssl rand -base64 32 makes one'),
    );
  });

  it('accepts a store that implements the exported interface', () => {
    const store: KeyStore = new MemoryKeyStore();
    expect(store).toBeInstanceOf(MemoryKeyStore);
  });
});
