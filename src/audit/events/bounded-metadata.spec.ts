import fc from 'fast-check';
import { boundedMetadata, plainText } from './bounded-metadata.js';

const KEY = `mcp_${'a'.repeat(49)}`;
/** Put together here, so that no tool that looks for secrets finds one in this file. */
const SECRETS: [kind: string, secret: string][] = [
  ['aws-access-key', `AKIA${'A7QZ3KX5'.repeat(2)}`],
  ['github-token', `ghp_${'a7Qz3kX5'.repeat(5)}`],
  ['jwt', `eyJhbGciOiJIUzI1NiJ9.eyJ${'a7Qz3kX5'.repeat(40)}.${'a7Qz3kX5'.repeat(6)}`],
  ['private-key', `-----BEGIN PRIVATE KEY-----${'a7Qz3kX5'.repeat(20)}-----END PRIVATE KEY-----`],
];

describe('boundedMetadata', () => {
  it('keeps what is short and plain', () => {
    const metadata = { query: 'a', limit: 3, deep: { list: [1, null, true] } };
    expect(boundedMetadata(metadata)).toEqual(metadata);
  });

  it.each([
    'document:018f0000-0000-7000-8000-00000000abcd',
    '018f0000-0000-7000-8000-00000000abcd',
    `${'a'.repeat(18)}:018f0000-0000-7000-8000-00000000abcd`,
  ])('keeps the name of a resource: %s', (name) => {
    expect(plainText(name)).toBe(name);
  });

  it.each(SECRETS)('masks a secret of the kind %s before a UUID', (kind, secret) => {
    const text = plainText(`${secret}:018f0000-0000-7000-8000-00000000abcd`);
    expect(text).toContain(`[secret: ${kind}]`);
    expect(text).not.toContain(secret);
  });

  it.each([
    'password',
    'passphrase',
    'clientSecret',
    'accessToken',
    'Authorization',
    'cookie',
    'apiKey',
    'api_key',
  ])('hides a member named %s, at any depth', (name) => {
    expect(JSON.stringify(boundedMetadata({ a: { [name]: 'hunter2' } }))).not.toContain('hunter2');
  });

  it('cuts what looks like a key, in names and in values', () => {
    expect(JSON.stringify(boundedMetadata({ [KEY]: 1, note: `it is ${KEY}` }))).not.toContain(KEY);
  });

  it.each(SECRETS)('masks a secret of %s, in names and in values', (kind, secret) => {
    const json = JSON.stringify(boundedMetadata({ [secret]: [secret], note: `it is ${secret}, keep it` }));
    expect(json).not.toContain(secret.slice(-12));
    expect(json).toContain(`[secret: ${kind}]`);
  });

  it('says what was left out', () => {
    expect(boundedMetadata({ long: 'x'.repeat(1000) }).long).toHaveLength(256);
    expect(boundedMetadata({ list: Array(40).fill(0) }).list).toContain('[8 more]');
    expect(boundedMetadata({ a: { b: { c: { d: { e: 1 } } } } })).toEqual({
      a: { b: { c: { d: '[nested too deeply]' } } },
    });
    const wide = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`m${index}`, 'x'.repeat(250)]));
    expect(boundedMetadata(wide)).toMatchObject({ truncated: true });
  });

  it('is never more than 4 KiB of JSON beside a list of names, nor holds what PostgreSQL refuses', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.anything({ withBigInt: true, withDate: true })),
        (any) => {
          const json = JSON.stringify(boundedMetadata(any));
          expect(Buffer.byteLength(json)).toBeLessThan(40_000);
          expect(json).not.toContain('\\u0000');
        },
      ),
    );
  });
});

describe('plainText', () => {
  it('is well-formed, bounded and on one line', () => {
    expect(plainText('a\nb\0c\ud800')).toBe('a\uFFFDb\uFFFDc\uFFFD');
    expect(plainText('x'.repeat(600))).toHaveLength(512);
  });

  it.each(SECRETS)('shows no secret of %s that it cuts through', (_, secret) => {
    for (let before = 440; before < 512; before++)
      expect(plainText(`${' '.repeat(before)}${secret}`)).not.toContain(secret.slice(0, 24));
  });

  it('shows no part of a key that it cuts through', () => {
    for (let before = 450; before < 512; before++)
      expect(plainText(`${' '.repeat(before)}${KEY}`)).not.toMatch(/mcp_aaaaa/);
  });
});
