import { generateApiKey } from '../../api-keys/key-format.js';
import { logged } from './logged.js';

describe('logged', () => {
  it('masks secrets, which somebody may have sent as an address', () => {
    const key = generateApiKey('mcp');
    expect(logged(`Invalid redirectURL: //e/${key}`)).not.toContain(key);
    // The cut leaves no part of one either, but for the start by which a key is known.
    expect(logged(`${' '.repeat(480)}${key}`)).not.toContain(key.slice(0, 12));
  });

  it('makes one line of it, of a length that nobody else decides', () => {
    expect(logged('Invalid\nFAKE')).toBe('Invalid\uFFFDFAKE');
    expect(logged('a'.repeat(30_000))).toHaveLength(500);
  });

  it('takes errors', () => {
    expect(logged(new Error('gone'))).toBe('Error: gone');
  });
});
