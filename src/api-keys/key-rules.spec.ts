import { Controller, Get, Post } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { Scopes } from '../access/access.decorators.js';
import type { Caller } from '../access/caller.js';
import type { Role } from '../access/roles.js';
import { ScopeCatalogue } from '../access/scope-catalogue.js';
import { ScopeSet } from '../access/scope-set.js';
import type { ServiceError } from '../errors/service-error.js';
import { assertFitsAgent, assertKnownScopes, assertMayGrant } from './key-rules.js';

function errorOf(run: () => unknown): ServiceError {
  try {
    run();
  } catch (error) {
    return error as ServiceError;
  }
  throw new Error('nothing was thrown');
}

describe('assertKnownScopes', () => {
  @Controller('invoices')
  @Scopes('invoices:read')
  class InvoicesController {
    @Get()
    list() {
      return [];
    }

    @Post()
    @Scopes('invoices:write')
    create() {
      return {};
    }
  }

  let catalogue: ScopeCatalogue;

  beforeEach(async () => {
    const module = await Test.createTestingModule({
      imports: [DiscoveryModule],
      controllers: [InvoicesController],
      providers: [ScopeCatalogue],
    }).compile();
    catalogue = module.get(ScopeCatalogue);
  });

  it('accepts the scopes that handlers require, all of their resource, and the coarse ones', () => {
    const scopes = ['invoices:read', 'invoices:write', 'invoices:*', 'read', 'write', 'delete', 'admin'];
    expect(() => assertKnownScopes(scopes, catalogue)).not.toThrow();
  });

  it('refuses unknown scopes and names the known ones', () => {
    const error = errorOf(() =>
      assertKnownScopes(['invoices:read', 'invoices:pay', 'everything'], catalogue),
    );
    expect(error).toMatchObject({ code: 'validation_failed', status: 400 });
    expect(error.message).toBe(
      'scopes: unknown: invoices:pay, everything. ' +
        'Known scopes: admin, delete, invoices:*, invoices:read, invoices:write, read, write',
    );
  });

  it('suggests the known scopes that were probably meant, one line each', () => {
    const error = errorOf(() =>
      assertKnownScopes(['invoices:reed', 'invoices:create', 'everything'], catalogue),
    );
    expect(error.options.data!.errors).toEqual([
      expect.stringMatching(/^scopes: unknown: invoices:reed, invoices:create, everything\. Known scopes: /),
      'invoices:reed: did you mean invoices:read?',
      'invoices:create: did you mean invoices:write?',
    ]);
  });
});

describe('assertMayGrant', () => {
  const caller = (role: Role, ...scopes: string[]) => ({ role, scopes: ScopeSet.of(role, scopes) }) as Caller;

  it('lets a key pass on its scopes, or some of them', () => {
    const holder = caller('member', 'read', 'documents:*', 'keys:write');
    const parts = ['read', 'documents:read', 'documents:delete', 'documents:*', 'keys:write'];
    expect(() => assertMayGrant(holder, { role: 'member' }, parts)).not.toThrow();
  });

  it('refuses a key with more scopes than the key that creates it', () => {
    const holder = caller('member', 'documents:read', 'keys:write');
    const error = errorOf(() =>
      assertMayGrant(holder, { role: 'member' }, ['documents:read', 'documents:write', 'read']),
    );
    expect(error).toMatchObject({ code: 'insufficient_scope', status: 403 });
    expect(error.message).toBe('Insufficient permissions. Required scopes: documents:write, read');
  });

  it('refuses all of a resource to a key that has each of its actions by name', () => {
    const holder = caller('member', 'documents:read', 'documents:write', 'documents:delete');
    const error = errorOf(() => assertMayGrant(holder, { role: 'member' }, ['documents:*']));
    expect(error.code).toBe('insufficient_scope');
  });

  it("refuses what the owner's role cannot hold, even to an admin", () => {
    const admin = caller('admin', 'admin');
    for (const scope of ['admin', 'users:read', 'users:*', 'audit:*']) {
      const error = errorOf(() => assertMayGrant(admin, { role: 'member' }, [scope]));
      expect(error).toMatchObject({ code: 'validation_failed', status: 400 });
      expect(error.message).toBe(`scopes: the owner, a member, cannot hold: ${scope}`);
    }
    expect(() => assertMayGrant(admin, { role: 'admin' }, ['admin', 'users:*'])).not.toThrow();
  });

  it("applies the present role of a demoted caller, whatever its key's scopes say", () => {
    const demoted = caller('member', 'admin', 'users:write');
    const error = errorOf(() => assertMayGrant(demoted, { role: 'admin' }, ['users:write']));
    expect(error.code).toBe('insufficient_scope');
  });
});

describe('assertFitsAgent', () => {
  it('refuses scopes for keys, users or the audit to a key for an agent, and to no other', () => {
    const scopes = ['read', 'documents:*', 'admin', 'keys:read', 'users:*', 'audit:*'];
    const error = errorOf(() => assertFitsAgent({ agent: true }, scopes));
    expect(error).toMatchObject({ code: 'validation_failed', status: 400 });
    expect(error.message).toBe('scopes: a key for an agent cannot hold: admin, keys:read, users:*, audit:*');
    expect(() => assertFitsAgent({ agent: true }, ['read', 'write', 'delete', 'documents:*'])).not.toThrow();
    expect(() => assertFitsAgent({ agent: false }, scopes)).not.toThrow();
  });
});
