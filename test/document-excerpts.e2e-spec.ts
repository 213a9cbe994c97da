import { generateApiKey } from '../src/api-keys/key-format.js';
import { TestService, type TestUser } from './support/test-service.js';

// Put together here, so that no tool that looks for secrets finds one in this file.
const letters = (count: number) => 'a7Qz3kX5'.repeat(Math.ceil(count / 8)).slice(0, count);
const OWN = generateApiKey('mcp');
const AWS = `AKIA${'A7QZ3KX5'.repeat(2)}`;
const GITHUB = `ghp_${letters(40)}`;
const BEARER = letters(32);
const AWS_SECRET = `${letters(20)}/${letters(19)}`;
const JWT = ['eyJhbGciOiJIUzI1NiJ9', `eyJ${letters(40)}`, letters(43)].join('.');
const PEM = [
  '-----BEGIN RSA PRIVATE KEY-----',
  ...Array.from({ length: 24 }, (_, line) => `${line}x${letters(60)}`),
  '-----END RSA PRIVATE KEY-----',
].join('\n');

/** What is enough of each to be of use: all of it but what is shown of a masked one. */
const TELLING: Record<string, string> = {
  own: OWN.slice(-40),
  aws: AWS.slice(-16),
  github: GITHUB.slice(-20),
  bearer: BEARER.slice(-20),
  'secret of AWS': AWS_SECRET.slice(-20),
  jwt: JWT.slice(-20),
  pem: letters(60).slice(0, 30),
};
const filler = (length: number) => 'The weather of the north is mild. '.repeat(length).slice(0, length);

const TEXT = `Our notes. The service answers ${OWN} and nobody else.
Set key = ${AWS} there. curl -H "Authorization: Bearer ${BEARER}" it is.
The token ${GITHUB} is of the robot; aws_secret_access_key = ${AWS_SECRET} too.
Its session is ${JWT}, and this is the private key:
${PEM}
So much for the zebra.`;

describe('Excerpts of documents that hold secrets', () => {
  let service: TestService;
  let owner: TestUser;
  let key: string;

  const start = async (mode: string) => {
    service = await TestService.start({ env: { SECRETS_IN_RESULTS: mode } });
    owner = await service.createUser();
    key = (await service.createKey(owner, ['documents:read', 'documents:write'])).apiKey;
  };
  afterEach(() => service.stop());

  const write = async (content: string) => {
    const { status } = await service.request('POST', '/api/documents', {
      key,
      body: { title: 'Notes', content },
    });
    expect(status).toBe(201);
  };
  const noneIn = (text: string) => {
    for (const telling of Object.values(TELLING)) expect(text).not.toContain(telling);
  };
  const WORDS = [
    'mcp',
    'key',
    'private',
    'begin',
    'rsa',
    'end',
    'bearer',
    'authorization',
    'ghp',
    JWT,
    'aws secret access key',
    'secret',
    'zebra',
    'robot',
    AWS,
    OWN,
    `+${OWN}`,
    'mcp or key or private or bearer or ghp or secret or token',
  ];

  it('show none of the secrets to an agent, whatever the search is', async () => {
    await start('mask');
    await write(TEXT);
    for (const query of WORDS) {
      const found = await service.call(key, 'documents_search', { query });
      expect(found.body.result.structuredContent).toMatchObject({ count: 1 });
      // What was asked is said again, and is the caller's own.
      const { content, structuredContent } = found.body.result;
      for (const { results } of [structuredContent, JSON.parse(content[0].text)])
        noneIn(JSON.stringify(results));
      const asked = await service.rpc(key, 'prompts/get', {
        name: 'documents_answer',
        arguments: { question: `Where is ${query.slice(0, 20)}?` },
      });
      noneIn(asked.text);
    }
  });

  it('still show where the words are, even inside a secret', async () => {
    await start('mask');
    await write(TEXT);
    const excerpt = async (query: string) =>
      (await service.call(key, 'documents_search', { query })).body.result.structuredContent.results[0]
        .excerpt as string;
    expect(await excerpt('robot')).toContain('[secret: github-token] is of the **robot**');
    expect(await excerpt('mcp')).toContain(`**${OWN.slice(0, 8)}...** and nobody else`);
    expect(await excerpt('ghp')).toContain('**[secret: github-token]**');
    expect(await excerpt('zebra')).toContain('**zebra**');
  });

  it('are refused as a whole if the setting says so', async () => {
    await start('refuse');
    await write(TEXT);
    for (const query of ['mcp', 'private', 'bearer', 'ghp', 'key', 'robot']) {
      const found = await service.call(key, 'documents_search', { query });
      noneIn(found.text);
      expect(found.body.error.data.code).toBe('secret_in_result');
    }
  });

  it('show the secrets over REST, and to agents if the setting is off', async () => {
    await start('off');
    await write(TEXT);
    const { body } = await service.request('POST', '/api/documents/search', { key, body: { query: 'mcp' } });
    expect(body.results[0].excerpt).toContain(OWN);
    const found = await service.call(key, 'documents_search', { query: 'bearer' });
    expect(found.body.result.structuredContent.results[0].excerpt).toContain(`Bearer ${BEARER}`);
  });

  it('contain no part of a secret, wherever a text is cut', async () => {
    await start('mask');
    for (const [, secret] of [OWN, AWS, GITHUB, JWT, PEM, `Bearer ${BEARER}`].entries()) {
      // What an answer quotes ends within the secret; what a search reads begins within it.
      for (const back of [5, Math.floor(secret.length / 2), secret.length - 5]) {
        const before = `${filler(8_000 - back - 1)} `;
        await write(`${before}${secret} the weather is mild`);
        await write(`${filler(3_000)}\n${secret} ${filler(Math.max(0, 1_498 - secret.length + back))} zebra`);
        // What a search reads ends within it.
        await write(`${filler(3_000)} zebra ${filler(4_500 - 7 - back)} ${secret} mild`);
      }
    }
    const asked = await service.rpc(key, 'prompts/get', {
      name: 'documents_answer',
      arguments: { question: 'How is the weather?' },
    });
    noneIn(asked.text);
    for (const query of ['zebra', 'mild', 'weather', 'zebra or mcp or begin or key', 'end zebra'])
      noneIn((await service.call(key, 'documents_search', { query, limit: 50 })).text);
  });
});
