import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DiceModule } from './examples/dice.js';
import { InvoicesModule } from './examples/invoices.js';
import { TestService, type TestUser } from './support/test-service.js';

const read = (path: string) => readFileSync(resolve(__dirname, '..', path), 'utf8');
const SCOPES = ['invoices:read', 'invoices:write', 'invoices:delete'];
const ELSEWHERE = '018f0000-0000-7000-8000-000000000000';

/**
 * Removes what differs between a file of this repository and the same lines on a page: indentation and import paths.
 */
const normalized = (code: string) =>
  code
    .replaceAll(/^ +/gm, '')
    .replaceAll(/'(\.\.\/)+src\/index\.js'/g, "'bouncer-mcp'")
    .trim();

/** Lists the compiled files of this repository and of the project that `bouncer new` creates. */
const examples = ['test/examples', 'examples', 'template'].flatMap((folder) =>
  readdirSync(resolve(__dirname, '..', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => normalized(read(`${folder}/${name}`))),
);

describe.each(['docs/tools.md', 'docs/project.md', 'README.md'])('The TypeScript in %s', (path) => {
  const blocks = [...read(path).matchAll(/```ts\n([^]*?)```/g)].map(([, code]) => code!);

  it('is part of an example that is compiled', () => {
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      expect(examples.filter((example) => example.includes(normalized(block)))).not.toEqual([]);
    }
  });
});

describe('The example of docs/tools.md', () => {
  let service: TestService;
  let user: TestUser;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start({ modules: [InvoicesModule] });
    user = await service.createUser();
    key = (await service.createKey(user, SCOPES)).apiKey;
  });
  afterAll(() => service.stop());

  const call = async (name: string, args: unknown = {}) => (await service.call(key, name, args)).body.result;
  const made = async (customer: string) =>
    (await call('invoices_create', { customer, cents: 1900 })).structuredContent as { id: string };

  it('answers a key with the scope, and leaves the audit row that the page describes', async () => {
    const { id } = await made('Lovelace Ltd');
    expect((await call('invoices_get', { id })).structuredContent).toEqual({
      id,
      customer: 'Lovelace Ltd',
      cents: 1900,
      sent: false,
    });
    expect(await service.auditRows('resource = $1', [`invoice:${id}`])).toMatchObject([
      { tool: 'invoices_create', outcome: 'success', metadata: { customer: 'Lovelace Ltd' } },
      { tool: 'invoices_get', outcome: 'success', scopes: ['invoices:read'] },
    ]);
  });

  it('notes in the row of a list what was requested and what was found', async () => {
    const { id } = await made('Babbage & Co');
    await call('invoices_list', { customer: 'Babbage & Co' });
    expect(await service.auditRows("tool = 'invoices_list'")).toMatchObject([
      {
        resource: 'invoices',
        targets: ['invoices', `invoice:${id}`],
        metadata: { customer: 'Babbage & Co', count: 1 },
      },
    ]);
  });

  it('tells the model what a member of the input means', async () => {
    const { tools } = (await service.rpc(key, 'tools/list')).body.result;
    const { inputSchema } = tools.find(({ name }: { name: string }) => name === 'invoices_create');
    expect(inputSchema.properties.customer).toMatchObject({ type: 'string', description: 'Who pays' });
  });

  it('refuses a key without the scope, and does not list the tool for it', async () => {
    const reader = await service.createKey(user, ['invoices:read']);
    const refused = await service.call(reader.apiKey, 'invoices_create', { customer: 'x', cents: 1 });
    expect(refused.status).toBe(403);
    const listed = await service.rpc(reader.apiKey, 'tools/list');
    expect(listed.body.result.tools.map(({ name }: { name: string }) => name)).toEqual([
      'invoices_get',
      'invoices_list',
      'whoami',
    ]);
  });

  it("answers for another user's invoice like for one that does not exist", async () => {
    const { id } = await made('Private');
    const other = await service.createKey(await service.createUser(), SCOPES);
    const [foreign, missing] = await Promise.all(
      [id, ELSEWHERE].map(
        async (asked) => (await service.call(other.apiKey, 'invoices_get', { id: asked })).body,
      ),
    );
    expect(foreign.result).toMatchObject({ isError: true, content: [{ text: 'Invoice not found' }] });
    expect(foreign.result.content).toEqual(missing.result.content);
  });

  it('names every argument that is wrong', async () => {
    const result = await call('invoices_create', { customer: '', cents: 0.5 });
    expect(result.isError).toBe(true);
    expect(result.content[0].text).toMatch(/customer.*cents/s);
  });

  it('serves resources, prompts and completion under the same scopes', async () => {
    const { id } = await made('Ada');
    const answers = await Promise.all([
      service.rpc(key, 'resources/read', { uri: `invoice://${id}` }),
      service.rpc(key, 'prompts/get', { name: 'invoices_reminder', arguments: { customer: 'Ada' } }),
      service.rpc(key, 'completion/complete', {
        ref: { type: 'ref/prompt', name: 'invoices_reminder' },
        argument: { name: 'customer', value: 'Ad' },
      }),
    ]);
    const [resource, prompt, completion] = answers.map(({ text }) => text);
    expect(resource).toContain(id);
    expect(prompt).toContain('Write a friendly reminder to Ada');
    expect(completion).toContain('"values":["Ada"]');
  });

  it('denies agents the invoices if the operator says so', async () => {
    const strict = await TestService.start({
      modules: [InvoicesModule],
      env: { AGENT_DENIED_RESOURCES: 'defaults,invoice' },
    });
    try {
      const { apiKey } = await strict.createKey(await strict.createUser(), SCOPES);
      const refused = await strict.call(apiKey, 'invoices_list');
      expect(refused.status).toBe(403);
      expect(refused.body.error.data.code).toBe('resource_blocked');
    } finally {
      await strict.stop();
    }
  });
});

describe('The tool that the README shows', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start({ modules: [DiceModule] });
  });
  afterAll(() => service.stop());

  it('has at most 12 lines, and its file at most 25', () => {
    const [, shown] = /```ts\n([^]*?)```/.exec(read('README.md'))!;
    expect(shown!.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
    expect(read('test/examples/dice.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(25);
  });

  it('is listed for a key with its scope, and answers it', async () => {
    const user = await service.createUser();
    const { apiKey } = await service.createKey(user, ['dice:read']);
    const list = await service.rpc(apiKey, 'tools/list');
    expect(list.body.result.tools).toMatchObject([
      {
        name: 'dice_roll',
        inputSchema: {
          type: 'object',
          properties: { sides: { type: 'integer', default: 6 } },
          additionalProperties: false,
        },
      },
      { name: 'whoami' },
    ]);
    const answer = await service.call(apiKey, 'dice_roll', { sides: 2 });
    expect(answer.body.result.structuredContent).toEqual({ rolled: expect.any(Number), for: user.email });
    expect(await service.auditRows("tool = 'dice_roll'")).toMatchObject([
      { outcome: 'success', scopes: ['dice:read'] },
    ]);
  });

  it('says what is wrong with its arguments', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['dice:read']);
    const answer = await service.call(apiKey, 'dice_roll', { sides: 1, faces: 6 });
    expect(answer.body.result.isError).toBe(true);
    expect(answer.body.result.content[0].text).toMatch(/dice_roll: .*sides.*faces/);
  });

  it('refuses a key without its scope', async () => {
    const { apiKey } = await service.createKey(await service.createUser(), ['documents:read']);
    const answer = await service.call(apiKey, 'dice_roll');
    expect(answer.status).toBe(403);
    expect(answer.body.error.message).toBe('Insufficient permissions. Required scope: dice:read');
  });
});
