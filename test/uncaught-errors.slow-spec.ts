import { generateApiKey } from '../src/api-keys/key-format.js';
import { createDatabase, query, type TestDatabase } from './support/database.js';
import { Command } from './support/process.js';

const SCRIPT = '../test/support/floating-service.mjs';
const call = (name: string) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: {} },
});

describe('A rejected promise that a tool does not await', () => {
  let database: TestDatabase;
  const key = generateApiKey('mcp');
  const env = () => ({ DATABASE_URL: database.url, MIGRATE_ON_START: 'false', BOOTSTRAP_ADMIN_KEY: key });
  const rows = (tool: string) =>
    query<{ outcome: string }>(database.ownerUrl, 'SELECT outcome FROM audit_events WHERE tool = $1', [tool]);

  beforeAll(async () => void (database = await createDatabase()));
  afterAll(() => database.drop());

  it.each([
    [
      'floating_at_once',
      /left behind by the tool floating_at_once \(FloatingTools\.at_once\): Error: left at once/,
    ],
    [
      'floating_later',
      /left behind by one of .*the tool floating_later \(FloatingTools\.later\).*: Error: left in a helper/,
    ],
    ['floating_text', /left behind, possibly by a running call: tool floating_text: .*left as a text/],
  ])('(%s) ends the process with 1, which names the tool and has written the row', async (name, said) => {
    const command = Command.run(SCRIPT, { env: env() });
    const url = await command.prints(/Bouncer serves (http:\S+)\/mcp/);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}/mcp`, { method: 'POST', headers, body: JSON.stringify(call(name)) });
    expect(((await answer.json()) as any).result.content).toEqual([{ type: 'text', text: 'done' }]);
    expect(await command.end()).toBe(1);
    expect(command.output).toMatch(said);
    expect(await rows(name)).toEqual([{ outcome: 'success' }]);
  });

  it('ends the process over stdio in the same way', async () => {
    const command = Command.run(SCRIPT, { args: ['stdio'], env: { ...env(), MCP_STDIO_KEY: key } });
    command.child.stdin!.write(`${JSON.stringify(call('floating_at_once'))}\n`);
    expect(await command.end()).toBe(1);
    expect(command.output).toMatch(/left behind by the tool floating_at_once/);
    const sql = "SELECT outcome FROM audit_events WHERE tool = 'floating_at_once' AND user_agent = 'stdio'";
    expect(await query(database.ownerUrl, sql)).toEqual([{ outcome: 'success' }]);
  });
});
