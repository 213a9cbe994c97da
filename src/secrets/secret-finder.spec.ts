import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { maskSecrets } from './mask-secrets.js';
import { findSecrets } from './secret-finder.js';
import { SECRET_FORMATS } from './secret-formats.js';

/** Put together here, so that no tool that looks for secrets finds one in this file. */
const letters = (count: number, of = 'aB3xY9kQ7mZ2') =>
  Array.from({ length: count }, (_, at) => of[(at * 7) % of.length]).join('');
const hex = (count: number) => letters(count, '0a9f3c7e1b');
const capitals = (count: number) => letters(count, 'A7QZ3KX5');
const pem = (kind = 'RSA PRIVATE KEY') =>
  [`-----BEGIN ${kind}-----`, letters(64), letters(64), `${letters(30)}==`, `-----END ${kind}-----`].join(
    '\n',
  );
const jwt = ['eyJhbGciOiJIUzI1NiJ9', `eyJ${letters(40)}`, letters(43)].join('.');

const SAMPLES: [kind: string, secret: string][] = [
  ['api-key', `mcp_${letters(49)}`],
  ['api-key', `acme_live_${letters(49)}`],
  ['api-key', `mcp_${hex(64)}`],
  ['private-key', pem()],
  ['private-key', pem('PRIVATE KEY')],
  ['private-key', pem('OPENSSH PRIVATE KEY')],
  ['private-key', pem('PGP PRIVATE KEY BLOCK')],
  ['jwt', jwt],
  ['jwt', ['eyJhbGciOiJkaXIifQ', '', letters(16), letters(40), letters(22)].join('.')],
  ['aws-access-key', `AKIA${capitals(16)}`],
  ['aws-access-key', `ASIA${capitals(16)}`],
  ['gcp-api-key', `AIza${letters(35)}`],
  ['gcp-oauth-token', `ya29.${letters(60)}`],
  ['gcp-client-secret', `GOCSPX-${letters(28)}`],
  ['azure-client-secret', `abC8Q~${letters(34)}`],
  ['azure-storage-key', `AccountKey=${letters(86)}==`],
  ['github-token', `ghp_${letters(36)}`],
  ['github-token', `ghs_${letters(36)}`],
  ['github-token', `github_pat_${letters(22)}_${letters(59)}`],
  ['gitlab-token', `glpat-${letters(20)}`],
  ['slack-token', `xoxb-${letters(12, '0123456789')}-${letters(24)}`],
  ['slack-webhook', `hooks.slack.com/services/T${capitals(8)}/B${capitals(8)}/${letters(24)}`],
  ['stripe-key', `sk_live_${letters(24)}`],
  ['stripe-key', `rk_test_${letters(24)}`],
  ['npm-token', `npm_${letters(36)}`],
  ['pypi-token', `pypi-AgEIcHlwaS5vcmc${letters(80)}`],
  ['openai-key', `sk-proj-${letters(80)}`],
  ['openai-key', `sk-${letters(20)}T3BlbkFJ${letters(20)}`],
  ['anthropic-key', `sk-ant-api03-${letters(93)}AA`],
  ['huggingface-token', `hf_${letters(34)}`],
  ['sendgrid-key', `SG.${letters(22)}.${letters(43)}`],
  ['databricks-token', `dapi${hex(32)}`],
  ['vault-token', `hvs.${letters(24)}`],
  ['terraform-token', `${letters(14)}.atlasv1.${letters(60)}`],
];
const kindsIn = (text: string) => findSecrets(text).map(({ kind }) => kind);

describe('findSecrets', () => {
  describe.each(SAMPLES)('finds %s, %#', (kind, secret) => {
    it('alone, in prose, in a list and behind an assignment', () => {
      const found = [
        secret,
        `It is ${secret}, so keep it.`,
        `"a","${secret}"`,
        `<td>${secret}</td>`,
        `KEY=${secret}`,
      ].map((text) => findSecrets(text).map((one) => [one.kind, text.slice(one.start, one.end)]));
      expect(found).toEqual(found.map(() => [[kind, secret]]));
    });

    it.each([1, 2, 3])('in JSON within JSON, %d deep, behind a line break', (depth) => {
      const wrap = (value: string, times: number): string =>
        times === 0 ? value : wrap(JSON.stringify({ text: value }), times - 1);
      const text = wrap(`line\n${secret}\n\ttabbed`, depth);
      expect(kindsIn(text)).toEqual([kind]);
      const masked = maskSecrets(text);
      let value = masked;
      for (let level = 0; level < depth; level++) value = (JSON.parse(value) as { text: string }).text;
      expect(value).toBe(`line\n${maskSecrets(secret)}\n\ttabbed`);
      expect(masked).not.toContain(secret.slice(-20));
    });
  });

  it('finds what is sent as a credential, whatever its form', () => {
    const token = letters(32);
    expect(maskSecrets(`curl -H "Authorization: Bearer ${token}" x`)).toBe(
      'curl -H "Authorization: Bearer [secret: bearer-token]" x',
    );
    expect(maskSecrets(JSON.stringify({ authorization: `bearer ${token}` }))).toBe(
      '{"authorization":"bearer [secret: bearer-token]"}',
    );
    expect(kindsIn(`Authorization: Basic ${letters(30)}==`)).toEqual(['basic-credentials']);
  });

  it('finds the secret of an AWS key by its name', () => {
    const secret = `${letters(20)}/${letters(19)}`;
    for (const text of [
      `aws_secret_access_key = ${secret}`,
      `AWS_SECRET_ACCESS_KEY=${secret}`,
      JSON.stringify({ secretAccessKey: secret }),
      JSON.stringify(JSON.stringify({ SecretAccessKey: secret })),
    ])
      expect(maskSecrets(text)).toBe(text.replace(secret, '[secret: aws-secret-key]'));
  });

  it('finds a private key without an end, and leaves the prose behind it', () => {
    const cut = pem().slice(0, -40);
    expect(maskSecrets(`${cut}\n\nNext paragraph.`)).toMatch(/^\[secret: private-key\]Next paragraph\.$/);
  });

  it('lets no private key end in another string of the same JSON', () => {
    const text = JSON.stringify([pem().slice(0, 120), 'between', pem()]);
    const masked = JSON.parse(maskSecrets(text)) as string[];
    expect(masked).toEqual(['[secret: private-key]', 'between', '[secret: private-key]']);
  });

  it('passes over what stands for bytes, and looks at what is around it', () => {
    const blob = `${letters(60)}/`.repeat(200);
    const [before, behind] = [`ghp_${letters(36)}`, `sk_live_${letters(24)}`];
    expect(kindsIn(`"${before}/${blob}","${behind}"`)).toEqual(['github-token', 'stripe-key']);
    expect(kindsIn(`${blob}/${behind}`)).toEqual(['stripe-key']);
    expect(kindsIn(`${blob}=${before}-${behind}`)).toEqual(['github-token', 'stripe-key']);
  });

  it('finds several, in their order, and none within another', () => {
    const text = `${pem()} AKIA${capitals(16)} x ${jwt}`;
    expect(kindsIn(text)).toEqual(['private-key', 'aws-access-key', 'jwt']);
  });

  it.each([
    'The quick brown fox jumps over the lazy dog. '.repeat(20),
    '0199a1b2-7c3d-7e4f-8a5b-0123456789ab',
    hex(64),
    'risk-assessment-of-the-supply-chain-of-2024-and-later',
    'task-proj-management-for-everybody-in-the-house-2024',
    'https://example.com/a/rather/long/path/of/many/words/index.html?page=12',
    'A key begins with mcp_, ghp_, AKIA, sk_live_ or -----BEGIN PRIVATE KEY----- and has letters behind it',
    'Between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY----- stands the key',
    '-----BEGIN CERTIFICATE-----\n' + letters(64) + '\n-----END CERTIFICATE-----',
    'Bearer authentication-is-described-in-the-next-chapter',
    `data:image/png;base64,${Buffer.from(randomBytes(3_000)).toString('base64')}`,
    'a_long_name_in_snake_case_that_means_nothing_at_all_whatsoever',
    'getUserAuthenticationTokenFromRequestHeadersOrThrow',
    '='.repeat(80),
    '-'.repeat(80),
    'mcp_' + '0'.repeat(20),
  ])('finds nothing in %.60j', (text) => {
    expect(findSecrets(text)).toEqual([]);
    expect(maskSecrets(text)).toBe(text);
  });

  it('leaves JSON that is JSON, with the same members', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom(...SAMPLES.map(([, secret]) => secret)),
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\\', '\n', '"', '\\n', '\u0001', 'Bearer ', '-----BEGIN PRIVATE KEY-----', 'u0041'),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 4 }), (lists) => {
        const values = lists.map((list) => list.join(''));
        const masked = JSON.parse(maskSecrets(JSON.stringify(values))) as string[];
        expect(masked).toHaveLength(values.length);
      }),
      { numRuns: 2_000 },
    );
  });

  describe('takes time in proportion to the text:', () => {
    /** Processor time, with a bar far above what it takes: one that were quadratic would take minutes. */
    const HEAVY: [string, string][] = [
      ['heads of everything', SECRET_FORMATS.flatMap(({ heads }) => heads).join('')],
      ['JWTs that are none', '.eyJaaaaaaaaaaaaaaaa'],
      ['eyJ', 'eyJ'],
      ['-eyJ', '-eyJ'],
      ['=eyJ', '=eyJ'],
      ['underscores', 'a_'],
      ['begins of keys', '-----BEGIN PRIVATE KEY-----'],
      ['begins with a body', `-----BEGIN PRIVATE KEY-----${letters(64)}`],
      ['own keys, one too long', `_${letters(50)}`],
      ['SG.', `SG.${letters(64)}`],
      ['backslashes', '\\'],
      ['words of a path', 'abc/'],
      ['blobs', `${letters(600)}-`],
      ['what is nearly a blob', `${letters(500)}-`],
      ['letters', 'a'],
      ['assignments', 'secret_access_key='],
    ];
    it.each(HEAVY)('%s', (_, piece) => {
      const text = piece.repeat(Math.ceil(2_000_000 / piece.length));
      const started = process.cpuUsage();
      findSecrets(text);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 1e6).toBeLessThan(20);
    });
  });
});
