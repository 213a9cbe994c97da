import { Reflector } from '@nestjs/core';
import { forbidden, ServiceError } from '../errors/service-error.js';
import { ACCESS_METADATA, type AccessRule } from './access.decorators.js';
import { type Caller, isTenant } from './caller.js';
import { isAdministrator } from './roles.js';

type Target = Parameters<Reflector['get']>[1];

const reflector = new Reflector();
const rules = new WeakMap<Target, WeakMap<Target, { rule?: AccessRule }>>();

/** Returns the access rule of a handler: its own, otherwise its class's, otherwise none, which refuses everybody. */
export function accessRuleOf(handler: Target, type: Target): AccessRule | undefined {
  let ofType = rules.get(type);
  if (!ofType) rules.set(type, (ofType = new WeakMap()));
  let known = ofType.get(handler);
  if (!known) {
    const rule = reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_METADATA, [handler, type]);
    ofType.set(handler, (known = rule ? { rule } : {}));
  }
  return known.rule;
}

/** Returns why a caller is refused, or nothing. `tools/list` and every call use this same decision. */
export function refusalOf(
  rule: AccessRule | undefined,
  caller: Caller | undefined,
): ServiceError | undefined {
  if (rule?.kind === 'public') return undefined;
  if (!rule) return undeclared();
  if (!caller) return new ServiceError('missing_api_key', 'An API key is required');
  if (rule.kind === 'authenticated') return undefined;
  const missing = missingScopes(rule, caller);
  return missing.length > 0 ? insufficientScope(missing, rule.scopes, caller) : undefined;
}

/**
 * Checks that a caller is an administrator, beyond its scopes.
 * @param doing what only an administrator does, such as `invites people`
 * @throws ServiceError `forbidden`
 */
export function assertAdmin({ role }: Caller, doing: string): void {
  if (!isAdministrator(role)) throw forbidden(`Only an administrator ${doing}`);
}

/**
 * Checks that a caller is an administrator who acts for the whole service, and not for one organisation of it.
 * @param doing as in {@link assertAdmin}
 * @throws ServiceError `forbidden`
 */
export function assertServiceAdmin(caller: Caller, doing: string): void {
  assertAdmin(caller, doing);
  if (isTenant(caller)) throw forbidden(`Only an administrator of the service ${doing}`);
}

/**
 * Checks that a caller is an administrator of the service who is an operator, too: what lets people sign in may let them be anybody.
 * @param doing as in {@link assertAdmin}
 * @throws ServiceError `forbidden`
 */
export function assertOperatingAdmin(caller: Caller, doing: string): void {
  assertServiceAdmin(caller, doing);
  if (!caller.isOperator) throw forbidden(`Only an operator ${doing}`, 'not_operator');
}

/**
 * Checks the scopes of a caller in a service that tools or routes pass the caller to. A tool thus gets no more
 * through the service than its caller is allowed.
 * @throws ServiceError `insufficient_scope`
 */
export function assertScopes(caller: Caller, ...scopes: string[]): void {
  const refusal = refusalOf({ kind: 'scopes', scopes }, caller);
  if (refusal) throw refusal;
}

/** Returns the scopes that a rule requires and the caller lacks. */
export const missingScopes = (rule: AccessRule | undefined, caller: Caller): string[] =>
  rule?.kind === 'scopes' ? caller.scopes.missing(rule.scopes) : [];

/**
 * Makes a 403 that names the missing scopes. The challenge follows RFC 6750, section 3.1. A client asks for exactly what it names, so
 * that for a token has what the token has, too.
 */
export function insufficientScope(
  missing: readonly string[],
  required: readonly string[] = missing,
  caller?: Caller,
): ServiceError {
  const held = caller?.via === 'token' ? caller.keyState.ownScopes : [];
  const asked = [...new Set([...held, ...required])].join(' ');
  const names = missing.join(', ');
  return new ServiceError(
    'insufficient_scope',
    `Insufficient permissions. Required scope${missing.length > 1 ? 's' : ''}: ${names}`,
    {
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${asked}"` },
      data: { requiredScopes: [...required], missingScopes: [...missing] },
    },
  );
}

const undeclared = () =>
  new ServiceError(
    'insufficient_scope',
    'Insufficient permissions. This handler declares no scopes, so nobody may call it',
    {
      reason: 'undeclared_scopes',
    },
  );
