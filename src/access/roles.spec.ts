import { ROLES, type Role, roleGrants } from './roles.js';

describe('roleGrants', () => {
  const scopes = [
    'read',
    'write',
    'delete',
    'admin',
    'documents:read',
    'documents:*',
    'invoices:pay',
    'keys:read',
    'keys:write',
    'keys:*',
    'users:read',
    'users:write',
    'users:*',
    'audit:read',
    'audit:verify',
    'audit:write',
    'audit:*',
  ];
  const granted = (role: Role) => scopes.filter((scope) => roleGrants(role, scope));

  it('lets a member hold data, own keys and own audit rows', () => {
    expect(granted('member')).toEqual([
      'read',
      'write',
      'delete',
      'documents:read',
      'documents:*',
      'invoices:pay',
      'keys:read',
      'keys:write',
      'keys:*',
      'audit:read',
    ]);
  });

  it('lets an auditor hold that as well, and verify the audit', () => {
    expect(granted('auditor')).toEqual([...granted('member'), 'audit:verify']);
  });

  it('grants admin and users to admins only', () => {
    for (const role of ['member', 'auditor'] as const) {
      for (const scope of ['admin', 'users:read', 'users:write', 'users:*']) {
        expect(roleGrants(role, scope)).toBe(false);
      }
    }
    expect(granted('admin')).toEqual(scopes);
  });

  it('grants a higher role everything that a lower one has', () => {
    ROLES.slice(1).forEach((role, i) => {
      expect(granted(role)).toEqual(expect.arrayContaining(granted(ROLES[i]!)));
    });
  });

  it('grants an invalid scope to nobody', () => {
    for (const text of ['', '*', '*:*', 'Admin', 'users', 'users:', 'documents:read users:write']) {
      expect(roleGrants('member', text)).toBe(false);
      expect(roleGrants('auditor', text)).toBe(false);
    }
  });
});
