import { maskKeys } from './mask-keys.js';

const KEY = `mcp_${'aB3'.repeat(17).slice(0, 49)}`;

describe('maskKeys', () => {
  it('leaves of a key its start, wherever it stands', () => {
    expect(maskKeys(`it is ${KEY}, see`)).toBe('it is mcp_aB3a..., see');
    expect(maskKeys(KEY.replace('mcp_', 'acme_live_'))).toBe('acme_live_aB3a...');
    expect(maskKeys(`mcp_${'0f'.repeat(32)}`)).toBe('mcp_0f0f...');
  });

  it('hides a key that was cut: its checksum, and some of its characters, can be guessed', () => {
    for (let cut = 1; cut <= 24; cut++) expect(maskKeys(KEY.slice(0, -cut))).toBe('mcp_aB3a...');
  });

  it.each(['documents_search', 'document:019a0000-0000-7000-8000-000000000000', 'a_short_name', ''])(
    'leaves %j as it is',
    (text) => {
      expect(maskKeys(text)).toBe(text);
    },
  );
});
