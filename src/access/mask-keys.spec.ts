import { maskedStart, maskKeys } from './mask-keys.js';

const KEY = `mcp_${'aB3'.repeat(17).slice(0, 49)}`;

describe('maskKeys', () => {
  it('leaves only the start of a key, wherever it is in the text', () => {
    expect(maskKeys(`it is ${KEY}, see`)).toBe('it is mcp_aB3a..., see');
    expect(maskKeys(KEY.replace('mcp_', 'acme_live_'))).toBe('acme_live_aB3a...');
    expect(maskKeys(`mcp_${'0f'.repeat(32)}`)).toBe('mcp_0f0f...');
  });

  it('hides a truncated key, because its checksum and some of its characters could be guessed', () => {
    for (let cut = 1; cut <= 24; cut++) expect(maskKeys(KEY.slice(0, -cut))).toBe('mcp_aB3a...');
  });

  it.each(['documents_search', 'document:019a0000-0000-7000-8000-000000000000', 'a_short_name', ''])(
    'leaves %j unchanged',
    (text) => {
      expect(maskKeys(text)).toBe(text);
    },
  );
});

describe('maskedStart', () => {
  it('is the whole text with its keys masked, if the text is short enough', () => {
    expect(maskedStart('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(maskedStart(`it is ${KEY}`, 100)).toBe('it is mcp_aB3a...');
  });

  it('shows only the start of a key, wherever the key is truncated', () => {
    const text = `${'x '.repeat(20)}${KEY} and ${KEY}${'y '.repeat(1_000)}`;
    for (let most = 26; most < text.length && most < 200; most++) {
      const start = maskedStart(text, most);
      expect(start.length).toBeLessThanOrEqual(most);
      expect(start).not.toMatch(/mcp_aB3a[0-9A-Za-z]/);
    }
  });

  it('shows no key that moves within the bound because those before it were masked', () => {
    const start = maskedStart(Array(10).fill(KEY).join(' '), 256);
    expect(start).not.toMatch(/mcp_aB3a[0-9A-Za-z]/);
  });

  it('reads no more of a text than it keeps', () => {
    const looked = jest.spyOn(String.prototype, 'replace');
    maskedStart('a_'.repeat(1_000_000), 512);
    const longest = Math.max(...looked.mock.contexts.map((text) => String(text).length));
    looked.mockRestore();
    expect(longest).toBeLessThanOrEqual(512);
  });
});
