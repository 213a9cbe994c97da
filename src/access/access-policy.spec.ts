import type { Type } from '@nestjs/common';
import { type AccessRule, Authenticated, Public, Scopes } from './access.decorators.js';
import { accessRuleOf, assertAdmin, insufficientScope, refusalOf } from './access-policy.js';
import type { Caller } from './caller.js';
import { ScopeSet } from './scope-set.js';

const caller = (...scopes: string[]) => ({ scopes: ScopeSet.of('member', scopes) }) as Caller;
const scopes = (...scopes: string[]): AccessRule => ({ kind: 'scopes', scopes });
const ruleOf = <T extends object>(type: Type<T>, method: keyof T & string) =>
  accessRuleOf((type.prototype as Record<string, () => void>)[method]!, type);

describe('accessRuleOf', () => {
  @Scopes('documents:read')
  class Documents {
    list() {}

    @Scopes('documents:delete')
    remove() {}

    @Public()
    describe() {}
  }

  class Notes {
    list() {}
  }

  it("is the handler's own rule before its class's", () => {
    expect(ruleOf(Documents, 'remove')).toEqual(scopes('documents:delete'));
    expect(ruleOf(Documents, 'describe')).toEqual({ kind: 'public' });
  });

  it("is the class's rule when the handler has none", () => {
    expect(ruleOf(Documents, 'list')).toEqual(scopes('documents:read'));
  });

  it('is undefined when neither has one', () => {
    expect(ruleOf(Notes, 'list')).toBeUndefined();
  });

  it('distinguishes two classes that inherit one handler', () => {
    class Base {
      list() {}
    }
    @Authenticated()
    class Open extends Base {}
    @Scopes('documents:read')
    class Closed extends Base {}

    expect(ruleOf(Open, 'list')).toEqual({ kind: 'authenticated' });
    expect(ruleOf(Closed, 'list')).toEqual(scopes('documents:read'));
    expect(ruleOf(Open, 'list')).toEqual({ kind: 'authenticated' });
  });
});

describe('refusalOf', () => {
  it('refuses everybody at a handler without a rule', () => {
    for (const who of [
      undefined,
      caller('read', 'write'),
      { scopes: ScopeSet.of('admin', ['admin']) } as Caller,
    ]) {
      expect(refusalOf(undefined, who)).toMatchObject({ status: 403, code: 'insufficient_scope' });
    }
  });

  it('admits everybody to a public handler', () => {
    expect(refusalOf({ kind: 'public' }, undefined)).toBeUndefined();
    expect(refusalOf({ kind: 'public' }, caller())).toBeUndefined();
  });

  it('requires a key for any other handler', () => {
    for (const rule of [{ kind: 'authenticated' } as const, scopes('documents:read')]) {
      expect(refusalOf(rule, undefined)).toMatchObject({ status: 401, code: 'missing_api_key' });
    }
  });

  it('admits any key to an authenticated handler', () => {
    expect(refusalOf({ kind: 'authenticated' }, caller())).toBeUndefined();
  });

  it('admits a key that has all of the scopes', () => {
    const rule = scopes('documents:read', 'documents:write');
    expect(refusalOf(rule, caller('documents:read', 'documents:write'))).toBeUndefined();
    expect(refusalOf(rule, caller('documents:*'))).toBeUndefined();
    expect(refusalOf(rule, caller('read', 'write'))).toBeUndefined();
  });

  it('refuses a key that lacks one of them', () => {
    const rule = scopes('documents:read', 'documents:write');
    for (const who of [caller(), caller('write'), caller('documents:read', 'invoices:*')]) {
      expect(refusalOf(rule, who)).toMatchObject({ status: 403, code: 'insufficient_scope' });
    }
  });

  it('names the missing scope', () => {
    const refusal = refusalOf(scopes('documents:delete'), caller('read', 'write'));
    expect(refusal?.message).toBe('Insufficient permissions. Required scope: documents:delete');
  });

  it('names only the missing scopes, and all required ones in the challenge', () => {
    const rule = scopes('documents:read', 'documents:write', 'documents:delete');
    const refusal = refusalOf(rule, caller('documents:read'));
    expect(refusal?.message).toBe(
      'Insufficient permissions. Required scopes: documents:write, documents:delete',
    );
    expect(refusal?.options.headers).toEqual({
      'WWW-Authenticate':
        'Bearer error="insufficient_scope", scope="documents:read documents:write documents:delete"',
    });
    expect(refusal?.options.data).toEqual({
      requiredScopes: ['documents:read', 'documents:write', 'documents:delete'],
      missingScopes: ['documents:write', 'documents:delete'],
    });
  });
});

describe('insufficientScope', () => {
  it('is 403 with the challenge of RFC 6750, section 3.1', () => {
    expect(insufficientScope(['keys:write'])).toMatchObject({
      status: 403,
      code: 'insufficient_scope',
      options: {
        headers: { 'WWW-Authenticate': 'Bearer error="insufficient_scope", scope="keys:write"' },
      },
    });
  });
});

describe('assertAdmin', () => {
  const withRole = (role: Caller['role']) => ({ ...caller('users:write'), role });

  it('lets an administrator pass', () => {
    expect(() => assertAdmin(withRole('admin'), 'invites people')).not.toThrow();
  });

  it('refuses everybody else, such as an administrator who was demoted since the guards ran', () => {
    const refusal = expect.objectContaining({
      code: 'forbidden',
      message: 'Only an administrator invites people',
    });
    expect(() => assertAdmin(withRole('member'), 'invites people')).toThrow(refusal);
  });
});
