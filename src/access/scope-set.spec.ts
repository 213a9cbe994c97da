import fc from 'fast-check';
import { ROLES } from './roles.js';
import { ScopeSet } from './scope-set.js';
import { COARSE_SCOPES } from './scopes.js';

const RESOURCES = ['documents', 'invoices', 'keys', 'users', 'audit'];
const ALL = [
  ...COARSE_SCOPES,
  ...RESOURCES.flatMap((resource) =>
    ['read', 'write', 'delete', '*'].map((action) => `${resource}:${action}`),
  ),
];
const scopes = fc.subarray(ALL);
const roles = fc.constantFrom(...ROLES);
const allowedBy = (set: ScopeSet) => ALL.filter((scope) => set.allows(scope));

describe('ScopeSet', () => {
  it('allows what one of its scopes covers', () => {
    const set = ScopeSet.of('member', ['read', 'invoices:*']);
    expect(allowedBy(set)).toEqual([
      'read',
      'documents:read',
      'invoices:read',
      'invoices:write',
      'invoices:delete',
      'invoices:*',
    ]);
  });

  it('allows nothing when it is empty', () => {
    for (const role of ROLES) expect(allowedBy(ScopeSet.of(role, []))).toEqual([]);
  });

  it('is monotone: an additional scope removes nothing', () => {
    fc.assert(
      fc.property(roles, scopes, scopes, (role, some, more) => {
        const wider = ScopeSet.of(role, [...some, ...more]);
        return allowedBy(ScopeSet.of(role, some)).every((scope) => wider.allows(scope));
      }),
    );
  });

  it('allows a higher role at least as much', () => {
    fc.assert(
      fc.property(scopes, (held) => {
        const [member, auditor, admin] = ROLES.map((role) => allowedBy(ScopeSet.of(role, held)));
        expect(auditor).toEqual(expect.arrayContaining(member!));
        expect(admin).toEqual(expect.arrayContaining(auditor!));
      }),
    );
  });

  it("never allows what the owner's role cannot hold", () => {
    const demoted = ScopeSet.of('member', ['admin', 'users:write', 'documents:read']);
    expect(demoted.scopes).toEqual(['documents:read']);
    expect(allowedBy(demoted)).toEqual(['documents:read']);
    expect(demoted.allows('users:read')).toBe(false);
    expect(demoted.allows('keys:read')).toBe(false);
  });

  it("lets an agent's key reach all the data of its scopes, and no management resource", () => {
    const isManagement = (scope: string) => scope === 'admin' || /^(keys|users|audit):/.test(scope);
    fc.assert(
      fc.property(roles, scopes, (role, held) => {
        const data = held.filter((scope) => !isManagement(scope));
        const agent = ScopeSet.of(role, held, { agent: true });
        expect(allowedBy(agent)).toEqual(allowedBy(ScopeSet.of(role, data)));
        expect(allowedBy(agent).filter(isManagement)).toEqual([]);
      }),
    );
  });

  it('lets the coarse scopes of an admin reach data only', () => {
    const set = ScopeSet.of('admin', ['read', 'write', 'delete']);
    expect(set.missing(['documents:delete', 'keys:read', 'users:write', 'audit:read', 'admin'])).toEqual([
      'keys:read',
      'users:write',
      'audit:read',
      'admin',
    ]);
  });

  it('lets the scope admin of an admin reach everything', () => {
    expect(allowedBy(ScopeSet.of('admin', ['admin']))).toEqual(ALL);
  });

  it('names the missing scopes, in the requested order', () => {
    const set = ScopeSet.of('member', ['documents:write']);
    expect(set.missing(['documents:read', 'documents:write', 'documents:delete'])).toEqual([
      'documents:read',
      'documents:delete',
    ]);
    expect(set.missing(['documents:write'])).toEqual([]);
  });

  it('is one object for equal content, whatever the order', () => {
    expect(ScopeSet.of('member', ['write', 'read', 'read'])).toBe(ScopeSet.of('member', ['read', 'write']));
    expect(ScopeSet.of('member', ['read', 'users:read'])).toBe(ScopeSet.of('member', ['read']));
  });

  it('is another object for another role or another scope', () => {
    const set = ScopeSet.of('member', ['read']);
    expect(ScopeSet.of('admin', ['read'])).not.toBe(set);
    expect(ScopeSet.of('member', ['write'])).not.toBe(set);
  });

  it('decides the same when asked again', () => {
    fc.assert(
      fc.property(roles, scopes, (role, held) => {
        const set = ScopeSet.of(role, held);
        expect(allowedBy(set)).toEqual(allowedBy(set));
      }),
    );
  });

  it('of an agent holds exactly the data that it and each agent above it hold', () => {
    const data = fc.subarray(ALL.filter((scope) => !/^(keys|users|audit):|^admin$/.test(scope)));
    fc.assert(
      fc.property(scopes, data, data, (held, own, above) => {
        const [first, ...others] = [held, own, above].map((list) =>
          allowedBy(ScopeSet.of('member', list, { agent: true })).filter((scope) => scope.includes(':')),
        );
        const within = ScopeSet.of('member', held, { agent: true, within: [own, above] });
        const exact = allowedBy(within).filter((scope) => scope.includes(':') && !scope.endsWith(':*'));
        const expected = first!.filter((scope) => others.every((list) => list.includes(scope)));
        expect(exact).toEqual(expected.filter((scope) => !scope.endsWith(':*')));
      }),
    );
  });
});
