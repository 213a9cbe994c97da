import { IsString, validate } from 'class-validator';
import { IfPresent, IfPresentOrNull, IsPlainText, IsSmallObject } from './validators.js';

class Dto {
  @IfPresent()
  @IsString()
  @IsPlainText()
  name?: unknown;

  @IfPresentOrNull()
  @IsString()
  note?: unknown;

  @IfPresent()
  @IsSmallObject(20)
  metadata?: unknown;
}

async function wrong(values: Partial<Dto>): Promise<string[]> {
  const errors = await validate(Object.assign(new Dto(), values));
  return errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
}

describe('IfPresent', () => {
  it('lets a member be omitted', async () => {
    expect(await wrong({})).toEqual([]);
    expect(await wrong({ name: undefined })).toEqual([]);
  });

  it('does not treat null as omitted', async () => {
    expect(await wrong({ name: null })).toEqual(['name must be a string']);
  });

  it('validates a member that is present', async () => {
    expect(await wrong({ name: 'a' })).toEqual([]);
    expect(await wrong({ name: 1 })).toEqual(['name must be a string']);
    expect(await wrong({ name: false })).toEqual(['name must be a string']);
  });
});

describe('IfPresentOrNull', () => {
  it('lets a member be omitted or be null', async () => {
    expect(await wrong({ note: undefined })).toEqual([]);
    expect(await wrong({ note: null })).toEqual([]);
  });

  it('validates any other value', async () => {
    for (const note of [0, false, {}]) expect(await wrong({ note })).toEqual(['note must be a string']);
    expect(await wrong({ note: '' })).toEqual([]);
  });
});

describe('IsPlainText', () => {
  it('accepts any text without NUL', async () => {
    for (const name of ['', 'a', 'größe\n\t', '\u{1F600}', '\u0001', String.raw`\0`]) {
      expect(await wrong({ name })).toEqual([]);
    }
  });

  it('refuses NUL anywhere', async () => {
    for (const name of ['\0', 'a\0', '\0a', 'a\0b']) {
      expect(await wrong({ name })).toEqual(['name must be well-formed text without the character NUL']);
    }
  });
});

describe('IsSmallObject', () => {
  const message = 'metadata must be an object of at most 20 bytes of JSON, of well-formed text without NUL';

  it('accepts an object', async () => {
    expect(await wrong({ metadata: {} })).toEqual([]);
    expect(await wrong({ metadata: { a: [1, null] } })).toEqual([]);
  });

  it.each([null, [], ['a'], 'text', 1, true])('refuses %j', async (metadata) => {
    expect(await wrong({ metadata })).toEqual([message]);
  });

  it('measures bytes, not characters', async () => {
    expect(await wrong({ metadata: { a: 'x'.repeat(12) } })).toEqual([]);
    expect(await wrong({ metadata: { a: 'x'.repeat(13) } })).toEqual([message]);
    expect(await wrong({ metadata: { a: 'é'.repeat(6) } })).toEqual([]);
    expect(await wrong({ metadata: { a: 'é'.repeat(7) } })).toEqual([message]);
  });

  it('refuses NUL in names and values', async () => {
    expect(await wrong({ metadata: { a: 'x\0' } })).toEqual([message]);
    expect(await wrong({ metadata: { 'a\0': 1 } })).toEqual([message]);
    expect(await wrong({ metadata: { a: [{ b: '\0' }] } })).toEqual([message]);
  });

  it('does not confuse a backslash and "u0000" with NUL', async () => {
    expect(await wrong({ metadata: { a: String.raw`\u0000` } })).toEqual([]);
  });

  // PostgreSQL takes no half of a surrogate pair into jsonb.
  it('refuses half of a surrogate pair', async () => {
    for (const half of ['\uD83D', '\uDE00'])
      expect(await wrong({ metadata: { a: half } })).toEqual([message]);
    expect(await wrong({ metadata: { a: '\u{1F600}' } })).toEqual([]);
  });
});
