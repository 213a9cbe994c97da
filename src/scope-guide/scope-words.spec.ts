import fc from 'fast-check';
import { ROLES, roleGrants } from '../access/roles.js';
import { COARSE_SCOPES, isElevated, operationsOf } from '../access/scopes.js';
import { wordsOf } from './scope-words.js';

const scopes = fc.oneof(
  fc.constantFrom(...COARSE_SCOPES),
  fc
    .tuple(
      fc.oneof(
        fc.constantFrom('keys', 'users', 'audit', 'documents'),
        fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/),
      ),
      fc.oneof(fc.constantFrom('read', 'write', 'delete', '*'), fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/)),
    )
    .map(([resource, action]) => `${resource}:${action}`),
);
const useOf = (scope: string) => wordsOf(scope, []).use;

describe('wordsOf', () => {
  it.each([
    ['documents:read', 'Read documents: get, list, search'],
    ['documents:write', 'Create and change documents: create, update'],
    ['invoices:pay', 'Pay invoices'],
  ])('describes %s by its action and resource', (scope, description) => {
    expect(wordsOf(scope, operationsOf(scope.split(':')[1]!)).description).toBe(description);
  });

  it('says what the coarse scopes do not reach', () => {
    expect(wordsOf('read', operationsOf('read')).description).toBe(
      'Read data of every kind: get, list, search; never keys, agents, users, sessions, grants, clients, audit, metrics, service, limits, teams, organizations',
    );
    expect(wordsOf('admin', []).description).toBe(
      'Everything: all data, and keys, agents, users, sessions, grants, clients, audit, metrics, service, limits, teams, organizations',
    );
  });

  it('says that writing does not include reading', () => {
    for (const scope of ['write', 'documents:write', 'keys:write']) {
      expect(useOf(scope)).toContain('It does not include reading.');
    }
    for (const scope of ['read', 'documents:*', 'admin']) expect(useOf(scope)).not.toContain('not include');
  });

  it('keeps management scopes from agents', () => {
    for (const scope of ['admin', 'keys:read', 'users:*', 'audit:read']) {
      expect(useOf(scope)).toContain("not for an agent's key");
    }
    for (const scope of ['read', 'write', 'delete', 'documents:*', 'documents:delete']) {
      expect(useOf(scope)).not.toContain("not for an agent's key");
    }
  });

  it('of any scope say its operations, the roles that may own it, and whether it is elevated', () => {
    fc.assert(
      fc.property(scopes, (scope) => {
        const { description, use } = wordsOf(scope, ['one', 'two']);
        const roles = ROLES.filter((role) => roleGrants(role, scope));
        expect(description).toMatch(/^[A-Z]/);
        expect(description.includes(': one, two')).toBe(scope !== 'admin');
        expect(use.includes(`needs the role ${roles.join(' or ')}.`)).toBe(roles.length < ROLES.length);
        expect(use.includes('elevated')).toBe(isElevated(scope));
      }),
    );
  });

  it('has none for what is no scope', () => {
    expect(() => wordsOf('Documents', [])).toThrow(TypeError);
  });
});
