import { Bouncer, MemoryKeyStore } from '../src/client/index.js';
import { Command } from './support/process.js';
import { TestService } from './support/test-service.js';
import { readMessage, textOf } from './support/ui-stream.js';
import { UNSAFE } from './support/unsafe-texts.js';

const SCOPES = ['assistant:ask', 'documents:read', 'documents:write'];
const REPORT = {
  title: 'Q3 Financial Report',
  content: 'Q3 revenue was $125,000, which is \u001b[31m12%\u001b[0m more than in Q2.',
  filename: 'q3.md',
};

describe('Asking the assistant', () => {
  let service: TestService;
  let key: string;

  beforeAll(async () => {
    service = await TestService.start();
    key = (await service.createKey(await service.createUser(), SCOPES)).apiKey;
    await service.request('POST', '/api/documents', { key, body: REPORT });
  });
  afterAll(() => service.stop());

  async function ask(args: string[], env: Record<string, string> = {}) {
    const command = Command.run('cli/bouncer.js', {
      args: ['ask', ...args],
      env: { BOUNCER_URL: service.url, BOUNCER_API_KEY: key, ...env },
    });
    return { code: await command.end(), output: command.output };
  }

  describe('on the command line', () => {
    it('prints the answer and its sources, without an escape sequence of a document', async () => {
      const { code, output } = await ask(['What was our Q3 revenue?']);
      expect(code).toBe(0);
      expect(output).toContain('Q3 revenue was $125,000');
      expect(output).toMatch(/^\[1\] Q3 Financial Report .*\(uploaded \d{4}-\d\d-\d\d, q3\.md\)$/m);
      expect(output.replace(/[\n\t]/g, ' ')).not.toMatch(UNSAFE);
    });

    it('prints the whole answer as one line of JSON with --json', async () => {
      const { code, output } = await ask(['What was our Q3 revenue?', '--json']);
      expect([code, output.trimEnd().split('\n')]).toEqual([0, [expect.any(String)]]);
      expect(JSON.parse(output)).toMatchObject({ mode: 'extract', sources: [{ title: REPORT.title }] });
    });

    it.each([
      [{ BOUNCER_API_KEY: '' }, /^Set BOUNCER_API_KEY/],
      [{ BOUNCER_API_KEY: 'mcp_wrong' }, /\(invalid_api_key\)$/m],
      [{ BOUNCER_URL: 'http://127.0.0.1:1' }, /^http:\/\/127\.0\.0\.1:1 cannot be reached/],
    ])('fails with %j and says why', async (env, message) => {
      const { code, output } = await ask(['What was our Q3 revenue?'], env);
      expect(code).toBe(1);
      expect(output).toMatch(message);
    });
  });

  it('works from a web application for each of its users, in one piece and as a stream', async () => {
    const bouncer = new Bouncer({
      url: service.url,
      adminKey: service.adminKey,
      encryptionKey: Buffer.alloc(32, 7).toString('base64'),
      keys: new MemoryKeyStore(),
      scopes: SCOPES,
      createUsers: true,
    });
    const ada = bouncer.forUser({ email: 'ada@example.com' });
    await ada.callTool('documents_create', {
      title: 'Notice',
      content: 'The notice period is three months.',
    });
    const { answer, sources } = await ada.ask('How long is the notice period?');
    expect(answer).toContain('The notice period is three months.');
    expect(sources).toMatchObject([{ title: 'Notice' }]);
    const history = [{ role: 'user' as const, content: 'How long is the notice period?' }];
    const response = await ada.askStream('and that in weeks?', { history });
    const message = await readMessage(response);
    expect(message.metadata!.question).toContain('notice period');
    expect(textOf(message)).toContain('three months');
  });
});
