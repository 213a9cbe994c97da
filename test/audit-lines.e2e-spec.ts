import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { type Command, startProcess } from './support/process.js';

describe('In development', () => {
  const key = generateApiKey('mcp');
  let database: TestDatabase;
  let command: Command;
  let url: string;

  beforeAll(async () => {
    database = await createDatabase();
    ({ command, url } = await startProcess({
      env: {
        NODE_ENV: 'development',
        DATABASE_URL: database.url,
        MIGRATE_ON_START: 'false',
        BOOTSTRAP_ADMIN_KEY: key,
      },
    }));
  });
  afterAll(async () => {
    await command.stop();
    await database.drop();
  });

  const send = (path: string, body: unknown, apiKey = key) =>
    fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const call = (name: string, args: object, apiKey: string) =>
    send('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }, apiKey);

  it('each audit row (of a change, a call, an intent or a refusal) is printed once, with the names of user and key', async () => {
    const user = (await (await send('/api/users', { email: 'ada@example.org', name: 'Ada' })).json()) as {
      id: string;
    };
    await command.prints(/success {2}user\.create {2}user:\S+ {2}by "Admin" {2}key "[^"]+" mcp_/);
    const made = await send('/api/mcp/keys', {
      name: 'Laptop',
      userId: user.id,
      scopes: ['documents:read', 'documents:delete'],
    });
    const { apiKey, id, start } = (await made.json()) as { apiKey: string; id: string; start: string };
    // Such a name may be stored from before they were refused.
    await query(database.ownerUrl, 'UPDATE api_keys SET name = $1 WHERE id = $2', ['Laptop\u202e', id]);
    const by = `by "Ada" {2}key "Laptop\uFFFD" ${start}`;

    await call('documents_list', {}, apiKey);
    await command.prints(new RegExp(`success {2}documents_list {2}documents {2}${by} {2}[\\d.]+ ms`));
    await call('documents_delete', { id: user.id }, apiKey);
    await command.prints(new RegExp(`pending {2}documents_delete {2}document:${user.id} {2}${by}`));
    await command.prints(
      new RegExp(`failure {2}documents_delete {2}document:${user.id} {2}not_found {2}${by}`),
    );
    await fetch(`${url}/api/mcp/keys/${id}`, { method: 'DELETE', headers: { 'x-api-key': key } });
    await call('documents_list', {}, apiKey);
    await command.prints(new RegExp(`denied {2}.*revoked_api_key {2}${by}`));

    expect(command.output.match(/success {2}documents_list/g)).toHaveLength(1);
    expect(command.output).not.toContain(apiKey);
  });
});
