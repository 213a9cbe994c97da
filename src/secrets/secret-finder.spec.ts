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
  ['bouncer-client-secret', `bouncer_cs_${letters(43)}`],
  ['scim-bearer', `scim_${letters(43)}`],
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

  describe.each(SAMPLES)('finds %s behind an escape, %#', (kind, secret) => {
    it.each(['%3D', '%3d', '%22', '%20', '%3A%2F', '%253D', 'aws%3D', '=3D', '\\x3d', '\\u003d', '\\075'])(
      'behind %s, whose last characters are no part of a word',
      (escape) => {
        const texts = [`${escape}${secret}`, `https://x/?a${escape}${secret}`];
        for (const text of [...texts, ...texts.map((one) => JSON.stringify(one))]) {
          expect(kindsIn(text)).toEqual([kind]);
          expect(maskSecrets(text)).not.toContain(secret.slice(-15));
        }
      },
    );
  });

  it.each([
    ['jwt', '_', jwt],
    ['jwt', '-', jwt],
    ['jwt', 'x', jwt],
    ['jwt', 'eyJ-', jwt],
    ['aws-access-key', 'x', `AKIA${capitals(16)}`],
    ['aws-access-key', '7', `AKIA${capitals(16)}`],
    ['gcp-api-key', 'key', `AIza${letters(35)}`],
  ])('finds a %s right behind %j', (kind, before, secret) => {
    expect(kindsIn(`${before}${secret}`)).toEqual([kind]);
    expect(kindsIn(`see token_${before}${secret}, it is new`)).toEqual([kind]);
  });

  it('finds an own key with more letters behind it, but no digest that has a name', () => {
    for (const more of ['x', '7', 'abc', letters(15)])
      expect(maskSecrets(`mcp_${letters(49)}${more}`)).toBe(`mcp_${letters(4)}...`);
    for (const text of [`sha256_${hex(64)}`, `sha224_${hex(56)}`, `data_${letters(90)}`])
      expect(findSecrets(text)).toEqual([]);
  });

  describe('finds a private key whose lines', () => {
    const lines = pem().split('\n');
    const WRITTEN: Record<string, string> = {
      'are quoted with >': lines.map((line) => `> ${line}`).join('\n'),
      'are quoted with > twice': lines.map((line) => `> > ${line}`).join('\n'),
      'stand in a YAML block or a table': lines.map((line) => `| ${line}`).join('\n'),
      'are comments with #': lines.map((line) => `# ${line}`).join('\n'),
      'are comments with //': lines.map((line) => `// ${line}`).join('\n'),
      'are parted by <br>': lines.join('<br>'),
      'are parted by <br/> and a break': lines.join('<br/>\n'),
      'are taken out in a diff': lines.map((line) => `-${line}`).join('\n'),
      'are taken out in a diff, with a space': lines.map((line) => `- ${line}`).join('\n'),
      'are put in by a diff': lines.map((line) => `+${line}`).join('\n'),
      'are strings put together with +': lines.map((line) => `"${line}\\n"`).join(' +\n  '),
      'are strings in single quotes': lines.map((line) => `'${line}\\n'`).join('\n  '),
      'are strings put together with a point': lines.map((line) => `"${line}"`).join(' . '),
      'go on behind a backslash': lines.join('\\\n'),
      'are encoded for a URL': encodeURIComponent(pem()),
      'are encoded for a form': new URLSearchParams({ key: pem() }).toString().slice(4),
      'are encoded twice': encodeURIComponent(encodeURIComponent(pem())),
    };
    it.each(Object.entries(WRITTEN))('%s', (_, text) => {
      for (let depth = 0, written = text; depth < 3; depth++, written = JSON.stringify({ text: written })) {
        expect(kindsIn(`Before.\n${written}`)).toEqual(['private-key']);
        const masked = maskSecrets(written);
        for (const line of lines.slice(1, -1)) expect(masked).not.toContain(line.slice(0, 20));
        const outside = depth > 0 ? Object.keys(JSON.parse(masked) as object) : ['text'];
        expect(outside).toEqual(['text']);
      }
      // Cut off behind its second line.
      const cut = text.slice(0, text.indexOf(lines[3]!.slice(0, 20)));
      expect(maskSecrets(cut)).not.toContain(lines[2]!.slice(0, 20));
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
      `aws_secret_access_key%3D${secret}`,
      `aws_secret_access_key%253d${secret}`,
      `aws_secret_access_key=3D${secret}`,
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
    '100%AKIN to, 50%ABSKURD and %3Deyes-and-ears-of-the-house-of-many',
    '"a" + "b" is said of PRIVATE KEY and of -----BEGIN PRIVATE KEY----- + "words"',
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
        fc.constantFrom(
          '" +\n"',
          "'\n'",
          '"\n"',
          '> ',
          '<br>',
          '%0A',
          '%3D',
          '=3D',
          '\\x3d',
          letters(24),
          '"',
        ),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 4 }), (lists) => {
        const values = lists.map((list) => list.join(''));
        const masked = JSON.parse(maskSecrets(JSON.stringify(values))) as string[];
        expect(masked).toHaveLength(values.length);
        const [inner] = JSON.parse(maskSecrets(JSON.stringify([JSON.stringify(values)]))) as string[];
        expect(JSON.parse(inner!)).toHaveLength(values.length);
      }),
      { numRuns: 500 },
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
      ['percent signs', '%'],
      ['percent signs that are escaped', '%25'],
      ['escapes', '%3D'],
      ['eyJ behind escapes', '%3DeyJ'],
      ['JWTs that are none, behind a joint', '_eyJaaaaaaaaaaaaaaaaaaaaaa'],
      ['heads within a word', 'AKIA'],
      ['quotes', `-----BEGIN PRIVATE KEY-----${letters(20)}\\\\\\"`],
      ['a private key of quotes', '" + "'],
      ['PRIVATE', 'PRIVATE'],
      ['PRIVATE%20KEY', '%20PRIVATE%20KEY'],
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
