import fc from 'fast-check';
import { generateApiKey, hashApiKey, isWellFormedKey, keyPattern, startOfKey } from './key-format.js';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/** The same numbers each time (xorshift32), so that a failure can be seen again. */
function* numbers(state: number): Generator<number, never> {
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}

const prefixes = fc.stringMatching(/^[a-z][a-z0-9]{0,7}(_[a-z0-9]{1,7}){0,2}$/);

describe('generateApiKey', () => {
  it('makes the prefix, "_", 43 random and 6 checksum characters of base62', () => {
    expect(generateApiKey('mcp')).toMatch(/^mcp_[0-9A-Za-z]{49}$/);
    expect(generateApiKey('mcp_live')).toMatch(/^mcp_live_[0-9A-Za-z]{49}$/);
  });

  it('makes keys that are well-formed under their own prefix', () => {
    fc.assert(fc.property(prefixes, (prefix) => isWellFormedKey(generateApiKey(prefix), prefix)));
  });

  it('never makes the same key twice', () => {
    const keys = Array.from({ length: 1000 }, () => generateApiKey('mcp'));
    expect(new Set(keys).size).toBe(1000);
  });

  it('draws all characters with equal likelihood', () => {
    const keys = 2000;
    const seen = new Map<string, number>();
    for (let i = 0; i < keys; i++) {
      const random = generateApiKey('mcp').slice(4, 4 + RANDOM_LENGTH);
      for (const character of random) seen.set(character, (seen.get(character) ?? 0) + 1);
    }
    const expected = (keys * RANDOM_LENGTH) / ALPHABET.length;
    let chiSquare = 0;
    for (const character of ALPHABET) chiSquare += ((seen.get(character) ?? 0) - expected) ** 2 / expected;
    // 61 degrees of freedom: a fair draw exceeds 200 once in 10^16 runs; a byte modulo 62 comes to about 630.
    expect(chiSquare).toBeLessThan(200);
  });
});

describe('isWellFormedKey', () => {
  // Checksums from Python: zlib.crc32 in base62, rjust(6, '0').
  it.each([
    ['mcp', '0000000000000000000000000000000000000000000', '39bp28'],
    ['mcp', 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', '3nG6i9'],
    ['mcp', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg', '2Jf0zT'],
    ['mcp_live', '0000000000000000000000000000000000000000000', '0tK0I5'],
    ['mcp_live', 'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz', '1X6F2O'],
    ['mcp_live', '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg', '4981Gk'],
  ])('accepts the CRC-32 of prefix and characters: %s_%s%s', (prefix, random, checksum) => {
    expect(isWellFormedKey(`${prefix}_${random}${checksum}`, prefix)).toBe(true);
  });

  it.each([
    ['0000000000000000000000000000000000000000003', '0ySvCs'],
    ['0000000000000000000000000000000000000000027', '007Pkf'],
    ['0000000000000000000000000000000000000009473', '000JD1'],
  ])('requires a short checksum to be padded with "0" on the left: %s%s', (random, checksum) => {
    const bare = checksum.replace(/^0+/, '');
    expect(isWellFormedKey(`mcp_${random}${checksum}`, 'mcp')).toBe(true);
    expect(isWellFormedKey(`mcp_${random}${bare.padEnd(CHECKSUM_LENGTH, '0')}`, 'mcp')).toBe(false);
    expect(isWellFormedKey(`mcp_${random}${bare}`, 'mcp')).toBe(false);
  });

  it('refuses a key with any one character changed', () => {
    const key = generateApiKey('mcp_live');
    const accepted: string[] = [];
    for (let at = 0; at < key.length; at++) {
      for (const other of `${ALPHABET}_- +/=\0\né`) {
        const changed = key.slice(0, at) + other + key.slice(at + 1);
        if (changed !== key && isWellFormedKey(changed, 'mcp_live')) accepted.push(changed);
      }
    }
    expect(accepted).toEqual([]);
  });

  it('refuses a key with two characters exchanged', () => {
    const key = `mcp_${ALPHABET.slice(0, RANDOM_LENGTH)}2Jf0zT`;
    const accepted: string[] = [];
    for (let at = 4; at + 1 < key.length; at++) {
      const changed = key.slice(0, at) + key[at + 1] + key[at] + key.slice(at + 2);
      if (isWellFormedKey(changed, 'mcp')) accepted.push(changed);
    }
    expect(accepted).toEqual([]);
  });

  it('refuses strings of the right form that were not generated', () => {
    const random = numbers(20_261_122);
    const accepted: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      let text = 'mcp_';
      while (text.length < 4 + RANDOM_LENGTH + CHECKSUM_LENGTH) {
        text += ALPHABET[random.next().value % ALPHABET.length];
      }
      if (isWellFormedKey(text, 'mcp')) accepted.push(text);
    }
    expect(accepted).toEqual([]);
  });

  it('refuses a key of another length', () => {
    const key = generateApiKey('mcp');
    for (const text of ['', 'mcp_', key.slice(0, -1), `${key}0`, ` ${key}`, `${key}\n`, key + key]) {
      expect(isWellFormedKey(text, 'mcp')).toBe(false);
    }
  });

  it('refuses a key of another prefix', () => {
    expect(isWellFormedKey(generateApiKey('mcp_live'), 'mcp')).toBe(false);
    expect(isWellFormedKey(generateApiKey('mcp'), 'mcp_live')).toBe(false);
    expect(isWellFormedKey(generateApiKey('mcp_live'), 'mcp_test')).toBe(false);
    expect(isWellFormedKey(generateApiKey('abc'), 'mcp')).toBe(false);
  });

  it('refuses any other text', () => {
    const texts = fc.string({ unit: 'binary', minLength: 53, maxLength: 53 });
    fc.assert(fc.property(texts, (text) => !isWellFormedKey(text, 'mcp')));
  });
});

describe('hashApiKey', () => {
  it('is SHA-256 in base64', () => {
    // FIPS 180-2, appendix B.1
    expect(hashApiKey('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
  });
});

describe('startOfKey', () => {
  it('shows the prefix and four characters, and no more', () => {
    expect(startOfKey('mcp_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg2Jf0zT', 'mcp')).toBe('mcp_0123');
    expect(startOfKey('mcp_live_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg4981Gk', 'mcp_live')).toBe(
      'mcp_live_0123',
    );
  });
});

describe('keyPattern', () => {
  it('finds a key anywhere in a text', () => {
    const key = generateApiKey('mcp_live');
    for (const text of [key, `?token=${key}&a=b`, `{"key":"${key}"}`, `x${key}x`]) {
      expect(keyPattern('mcp_live').exec(text)?.[0]).toBe(key);
    }
  });

  it('does not mistake the start of a key for a key', () => {
    expect(keyPattern('mcp').test('mcp_0123 was used; mcp_ is the prefix')).toBe(false);
  });
});
