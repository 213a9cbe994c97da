import { type Caller, isTenant } from './caller.js';
import { ScopeSet } from './scope-set.js';

/**
 * Returns the caller of work that the service itself does for `caller`: the same user and key, with those of `scopes` that
 * the caller has. No key is made for it.
 *
 * @example
 * ```ts
 * const reader = narrowedCaller(caller, ['documents:read']);
 * ```
 */
export const narrowedCaller = (caller: Caller, scopes: readonly string[]): Caller => ({
  ...caller,
  scopes: ScopeSet.of(
    caller.role,
    scopes.filter((scope) => caller.scopes.allows(scope)),
    { agent: caller.keyState.agent, tenant: isTenant(caller) },
  ),
});
