import { COARSE_SCOPES, isElevated, parseScope, scopeCovers, scopeRisk } from './scopes.js';

const DATA = ['documents', 'invoices'];
const MANAGEMENT = ['keys', 'users', 'audit'];
const ACTIONS = ['read', 'write', 'delete', 'publish'];
const EXACT = [...DATA, ...MANAGEMENT].flatMap((resource) =>
  ACTIONS.map((action) => `${resource}:${action}`),
);
const WHOLE = [...DATA, ...MANAGEMENT].map((resource) => `${resource}:*`);
const ALL = [...COARSE_SCOPES, ...WHOLE, ...EXACT];

/** The grammar, spelled out: every `resource:action` that a scope reaches. */
function reach(scope: string): string[] {
  if (scope === 'admin') return EXACT;
  const [resource, action] = scope.split(':') as [string, string | undefined];
  if (action === undefined) return DATA.map((data) => `${data}:${scope}`);
  return action === '*' ? ACTIONS.map((each) => `${resource}:${each}`) : [scope];
}

describe('parseScope', () => {
  it('reads the three forms', () => {
    expect(parseScope('documents:write')).toEqual({
      kind: 'exact',
      resource: 'documents',
      action: 'write',
    });
    expect(parseScope('documents:*')).toEqual({ kind: 'resource', resource: 'documents' });
    for (const action of ['read', 'write', 'delete', 'admin']) {
      expect(parseScope(action)).toEqual({ kind: 'coarse', action });
    }
  });

  it.each([
    '',
    'documents',
    'documents:',
    ':read',
    ':',
    '*',
    '*:*',
    '*:read',
    'documents:**',
    'documents:read*',
    'documents:read:all',
    'Documents:read',
    'documents:READ',
    'READ',
    ' read',
    'read ',
    'documents: read',
    'documents:read\n',
    'documents:read,documents:write',
    'documents:read documents:write',
    'über:read',
    '1documents:read',
    `${'a'.repeat(64)}:read`,
  ])('does not accept %j as a scope', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });
});

describe('scopeCovers', () => {
  it('is reflexive', () => {
    expect(ALL.filter((scope) => !scopeCovers(scope, scope))).toEqual([]);
  });

  it('is transitive', () => {
    const broken = ALL.flatMap((a) =>
      ALL.filter((b) => scopeCovers(a, b)).flatMap((b) =>
        ALL.filter((c) => scopeCovers(b, c) && !scopeCovers(a, c)).map((c) => [a, b, c]),
      ),
    );
    expect(broken).toEqual([]);
  });

  it.each(ALL)('%s gives exactly the actions that the grammar says', (granted) => {
    expect(EXACT.filter((wanted) => scopeCovers(granted, wanted)).sort()).toEqual(reach(granted).sort());
  });

  it('never gives more through a coarse scope than its holder has', () => {
    const broken = ALL.flatMap((granted) =>
      ALL.filter(
        (wanted) =>
          scopeCovers(granted, wanted) && !reach(wanted).every((exact) => reach(granted).includes(exact)),
      ).map((wanted) => [granted, wanted]),
    );
    expect(broken).toEqual([]);
  });

  it('does not let write grant read', () => {
    expect(scopeCovers('write', 'documents:read')).toBe(false);
    expect(scopeCovers('write', 'read')).toBe(false);
    expect(scopeCovers('documents:write', 'documents:read')).toBe(false);
  });

  it('does not let read, write and delete reach keys, users and audit', () => {
    const reached = ['read', 'write', 'delete'].flatMap((coarse) =>
      [...EXACT, ...WHOLE].filter(
        (wanted) => MANAGEMENT.includes(wanted.split(':')[0]!) && scopeCovers(coarse, wanted),
      ),
    );
    expect(reached).toEqual([]);
  });

  it('lets admin give everything, and nothing else give admin', () => {
    expect(ALL.filter((wanted) => !scopeCovers('admin', wanted))).toEqual([]);
    expect(ALL.filter((granted) => scopeCovers(granted, 'admin'))).toEqual(['admin']);
  });

  it('does not confuse a resource with another that begins alike', () => {
    expect(scopeCovers('documents:*', 'documents-archive:read')).toBe(false);
    expect(scopeCovers('doc:*', 'documents:read')).toBe(false);
    expect(scopeCovers('documents:read', 'documents:read-all')).toBe(false);
  });

  it('gives nothing for an invalid scope', () => {
    for (const granted of ['', '*', '*:*', 'documents', 'documents:', 'ADMIN', 'Read', ' admin']) {
      expect(ALL.filter((wanted) => scopeCovers(granted, wanted))).toEqual([]);
    }
  });
});

describe('scopeRisk', () => {
  it.each([
    ['read', 'low'],
    ['documents:read', 'low'],
    ['write', 'medium'],
    ['documents:write', 'medium'],
    ['delete', 'high'],
    ['documents:delete', 'high'],
    ['documents:*', 'high'],
    ['documents:publish', 'high'],
    ['keys:read', 'medium'],
    ['users:read', 'medium'],
    ['audit:read', 'high'],
    ['audit:verify', 'high'],
    ['keys:write', 'critical'],
    ['users:write', 'critical'],
    ['users:*', 'critical'],
    ['admin', 'critical'],
    ['no scope', 'critical'],
  ])('of %s is %s', (scope, risk) => {
    expect(scopeRisk(scope)).toBe(risk);
  });

  it('of a coarse scope is not lower than that of any scope it covers', () => {
    const order = ['low', 'medium', 'high', 'critical'];
    const rank = (scope: string) => order.indexOf(scopeRisk(scope));
    const broken = ALL.flatMap((granted) =>
      EXACT.filter((wanted) => scopeCovers(granted, wanted) && rank(wanted) > rank(granted)).map((wanted) => [
        granted,
        wanted,
      ]),
    );
    expect(broken).toEqual([]);
  });
});

describe('isElevated', () => {
  it('means high or critical', () => {
    expect(['documents:delete', 'audit:read', 'keys:write', 'admin'].every(isElevated)).toBe(true);
    expect(['documents:read', 'documents:write', 'keys:read'].some(isElevated)).toBe(false);
  });
});
