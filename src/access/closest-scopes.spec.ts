import fc from 'fast-check';
import { closestScopes } from './closest-scopes.js';

const KNOWN = [
  'admin',
  'audit:*',
  'audit:read',
  'delete',
  'documents:*',
  'documents:delete',
  'documents:read',
  'documents:write',
  'keys:*',
  'keys:read',
  'keys:write',
  'read',
  'write',
];

describe('closestScopes', () => {
  it.each([
    ['documents:reed', ['documents:read']],
    ['document:write', ['documents:write']],
    ['documents.delete', ['documents:delete']],
    ['Documents:Read', ['documents:read']],
    [' read ', ['read']],
    ['admn', ['admin']],
    ['documnts:*', ['documents:*']],
  ])('are, for the misspelling %j, %j', (asked, closest) => {
    expect(closestScopes(asked, KNOWN)).toEqual(closest);
  });

  it.each([
    ['documents:list', 'documents:read'],
    ['documents:create', 'documents:write'],
    ['keys:update', 'keys:write'],
    ['search', 'read'],
  ])('are, for the operation %s, the action that covers it: %s', (asked, action) => {
    expect(closestScopes(asked, KNOWN)).toEqual([action]);
  });

  it.each(['', 'x', 'payments:read', 'nonsense', 'documents', 'users:list', '*', 'constructor'])(
    'are none for %j, which resembles no scope',
    (asked) => {
      expect(closestScopes(asked, KNOWN)).toEqual([]);
    },
  );

  it('include all that are equally near, but not too many', () => {
    expect(closestScopes('aa:read', ['ab:read', 'ac:read', 'ad:read', 'ae:read', 'zzz:read'])).toEqual([
      'ab:read',
      'ac:read',
      'ad:read',
    ]);
  });

  it('never include all of a resource for one action of it', () => {
    expect(closestScopes('keys:', KNOWN)).toEqual([]);
    expect(closestScopes('keys:x', KNOWN)).toEqual([]);
  });

  it('include the scope after one character of it was changed, dropped or added', () => {
    const slip = fc
      .tuple(
        fc.constantFrom(...KNOWN.filter((name) => !name.endsWith('*'))),
        fc.nat(),
        fc.constantFrom('', 'q', 'qq'),
      )
      .map(([scope, at, letters]) => {
        const i = at % scope.length;
        // '' drops the character, 'q' changes it, 'qq' stands for an added one.
        const kept = letters === 'qq' ? `q${scope[i]}` : letters;
        return { scope, text: scope.slice(0, i) + kept + scope.slice(i + 1) };
      });
    fc.assert(fc.property(slip, ({ scope, text }) => closestScopes(text, KNOWN).includes(scope)));
  });

  it('are known scopes only, whatever was sent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z]{1,12}:[a-z*]{1,8}$/)), (text) =>
        closestScopes(text, KNOWN).every((name) => KNOWN.includes(name)),
      ),
    );
  });
});
