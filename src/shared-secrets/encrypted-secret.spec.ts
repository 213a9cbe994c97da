import { decryptSecret, encryptSecret } from './encrypted-secret.js';

const KEY = 'one-key-that-all-replicas-are-given';

describe('A secret that replicas share', () => {
  const stored = encryptSecret('mcp_state', 'the secret', KEY);

  it('is opened with the key that it was stored under, and is not readable without', () => {
    expect(decryptSecret('mcp_state', stored, KEY)).toBe('the secret');
    expect(stored.toString('latin1')).not.toContain('the secret');
    expect(encryptSecret('mcp_state', 'the secret', KEY)).not.toEqual(stored);
  });

  it.each<[string, () => string]>([
    ['another key', () => decryptSecret('mcp_state', stored, `${KEY}!`)],
    ['another name', () => decryptSecret('audit_seal_key', stored, KEY)],
    ['a changed row', () => decryptSecret('mcp_state', Buffer.concat([stored, Buffer.of(0)]), KEY)],
    ['a short row', () => decryptSecret('mcp_state', Buffer.of(1, 2, 3), KEY)],
  ])('is refused with %s, without a value', (_, open) => {
    expect(open).toThrow(/^SECRETS_KEY does not open the secret/);
  });
});
