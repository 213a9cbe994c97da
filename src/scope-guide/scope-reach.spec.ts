import fc from 'fast-check';
import { refusalOf } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { ScopeSet } from '../access/scope-set.js';
import { COARSE_SCOPES, scopeCovers } from '../access/scopes.js';
import { asksFor, operationsBehind } from './scope-reach.js';

const RESOURCES = ['documents', 'invoices', 'keys', 'users', 'audit'];
const EXACT = RESOURCES.flatMap((resource) =>
  ['read', 'write', 'delete', 'publish'].map((action) => `${resource}:${action}`),
);
const WIDE = [...COARSE_SCOPES, ...RESOURCES.map((resource) => `${resource}:*`)];
const KNOWN = [...EXACT, ...WIDE].sort();
const handlers = fc.subarray(EXACT, { minLength: 1 });

describe('asksFor', () => {
  it('puts a handler under a wide scope where that scope alone lets a key in, and nowhere else', () => {
    fc.assert(
      fc.property(handlers, fc.constantFrom(...WIDE), (scopes, wide) => {
        const caller = { scopes: ScopeSet.of('admin', [wide]) } as Caller;
        return asksFor({ scopes }, wide) === !refusalOf({ kind: 'scopes', scopes }, caller);
      }),
    );
  });

  it('puts a handler under each scope that it names, and under no other of its kind', () => {
    fc.assert(
      fc.property(handlers, (scopes) =>
        EXACT.every((exact) => asksFor({ scopes }, exact) === scopes.includes(exact)),
      ),
    );
  });
});

describe('operationsBehind', () => {
  it.each([
    ['documents:read', ['get', 'list', 'search']],
    ['documents:write', ['create', 'update']],
    ['documents:delete', ['delete']],
    ['documents:publish', ['publish']],
    ['documents:*', ['get', 'list', 'search', 'create', 'update', 'delete', 'publish']],
    ['read', ['get', 'list', 'search']],
    ['admin', ['get', 'list', 'search', 'create', 'update', 'delete', 'publish']],
  ])('of %s are %j', (scope, operations) => {
    expect(operationsBehind(scope, KNOWN)).toEqual(operations);
  });

  it('of all of a resource are only those that some handler is for', () => {
    expect(operationsBehind('audit:*', ['audit:*', 'audit:read', 'documents:write'])).toEqual([
      'get',
      'list',
      'search',
    ]);
  });

  it('of a wide scope are no fewer than of what it covers', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WIDE), fc.constantFrom(...EXACT), (wide, exact) => {
        fc.pre(scopeCovers(wide, exact));
        const behind = operationsBehind(wide, KNOWN);
        return operationsBehind(exact, KNOWN).every((operation) => behind.includes(operation));
      }),
    );
  });
});
