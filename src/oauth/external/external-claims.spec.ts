import { clientIn, isBoundOtherwise, scopesIn, textIn } from './external-claims.js';

const KNOWN = new Set(['documents:read', 'documents:write', 'read']);

describe('The claims of a token of another issuer', () => {
  it('name scopes as a text or as a list, in `scope` or `scp`', () => {
    for (const claims of [
      { scope: 'documents:read other' },
      { scope: ['documents:read', 7] },
      { scp: 'documents:read' },
      { scp: ['documents:read', 'documents:read'] },
    ])
      expect(scopesIn(claims, {}, KNOWN)).toEqual(['documents:read']);
  });

  it('say nothing of scopes, or that there are none', () => {
    expect(scopesIn({}, {}, KNOWN)).toBeUndefined();
    expect(scopesIn({ scope: '' }, {}, KNOWN)).toEqual([]);
    expect(scopesIn({ scope: { read: true } }, {}, KNOWN)).toEqual([]);
  });

  it('name scopes of others too, which are cut off by the prefix and the map', () => {
    const rules = { scopePrefix: 'api://a/', scopes: { 'Docs.Read': ['documents:read'] } };
    const claims = {
      scope: 'api://a/Docs.Read api://b/Docs.Read Docs.Read api://a/constructor documents:write',
    };
    expect(scopesIn(claims, rules, KNOWN)).toEqual(['documents:read']);
  });

  it('name the client in one of the usual claims, or in the one that was set', () => {
    expect(clientIn({ azp: 'a', appid: 'b' }, {})).toBe('a');
    expect(clientIn({ azp: 'a', appid: 'b' }, { clientClaim: 'appid' })).toBe('b');
    expect(clientIn({ azp: 'a' }, { clientClaim: 'appid' })).toBeUndefined();
  });

  it('hold texts of bounded length and without control characters', () => {
    expect(textIn({ sub: 'a'.repeat(500) }, 'sub')).toHaveLength(500);
    for (const sub of ['a'.repeat(501), '', 'a\u0000', ['a'], 7])
      expect(textIn({ sub: sub as string }, 'sub')).toBeUndefined();
  });

  it('bind a token to a key that can be shown, or to what cannot', () => {
    expect(isBoundOtherwise({})).toBe(false);
    expect(isBoundOtherwise({ cnf: { jkt: 'abc' } })).toBe(false);
    for (const cnf of [{ 'x5t#S256': 'abc' }, { jkt: 'abc', 'x5t#S256': 'abc' }, {}, null, 'abc'])
      expect(isBoundOtherwise({ cnf })).toBe(true);
  });
});
