import type { Caller } from './caller.js';
import { narrowedCaller } from './narrowed-caller.js';
import { ScopeSet } from './scope-set.js';

const callerWith = (role: Caller['role'], ...scopes: string[]) =>
  ({
    userId: 'u1',
    role,
    keyId: 'k1',
    keyState: { agent: false },
    scopes: ScopeSet.of(role, scopes),
  }) as Caller;

describe('A narrowed caller', () => {
  it('keeps the user and the key, and only the scopes that are named', () => {
    const narrowed = narrowedCaller(callerWith('admin', 'admin'), ['documents:read']);
    expect(narrowed).toMatchObject({ userId: 'u1', keyId: 'k1', role: 'admin' });
    expect(narrowed.scopes.scopes).toEqual(['documents:read']);
    expect(narrowed.scopes.allows('documents:write')).toBe(false);
  });

  it('gets a scope that a wider one of the caller covers, as exactly that scope', () => {
    expect(narrowedCaller(callerWith('member', 'read'), ['documents:read']).scopes.scopes).toEqual([
      'documents:read',
    ]);
  });

  it('never gets a scope that the caller lacks', () => {
    expect(narrowedCaller(callerWith('member', 'assistant:ask'), ['documents:read']).scopes.scopes).toEqual(
      [],
    );
  });
});
