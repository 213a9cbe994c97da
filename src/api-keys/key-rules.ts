import { insufficientScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { agentMayHold, roleGrants } from '../access/roles.js';
import type { ScopeCatalogue } from '../access/scope-catalogue.js';
import { forbidden, validationFailed } from '../errors/service-error.js';
import type { ApiKey, KeyOwner } from './api-key.entity.js';

/** The keys that a caller reaches: its owner's; an admin everybody's. Somebody else's looks like none. */
export const reachable = (caller: Caller, id: string) =>
  caller.role === 'admin' ? { id } : { id, userId: caller.userId };

/** @throws validationFailed naming the scopes that exist, and what an unknown one was probably meant to be */
export function assertKnownScopes(scopes: readonly string[], catalogue: ScopeCatalogue): void {
  const unknown = catalogue.unknown(scopes);
  if (unknown.length > 0) {
    throw validationFailed([
      `scopes: unknown: ${unknown.join(', ')}. Known scopes: ${catalogue.names().join(', ')}`,
      ...unknown.flatMap((scope) => {
        const closest = catalogue.closest(scope);
        return closest.length > 0 ? [`${scope}: did you mean ${closest.join(' or ')}?`] : [];
      }),
    ]);
  }
}

/** What of a key's scopes its owner's role still grants: what a replacement gets. */
export const heldScopes = (owner: Pick<KeyOwner, 'role'>, scopes: readonly string[]): string[] =>
  scopes.filter((scope) => roleGrants(owner.role, scope));

/**
 * A key is never wider than its owner, nor than the key that makes, changes or replaces it.
 * @throws insufficientScope naming what is lacking
 */
export function assertMayGrant(
  caller: Caller,
  owner: Pick<KeyOwner, 'role'>,
  scopes: readonly string[],
): void {
  const beyondOwner = scopes.filter((scope) => !roleGrants(owner.role, scope));
  if (beyondOwner.length > 0) {
    throw validationFailed([`scopes: the owner, a ${owner.role}, cannot hold: ${beyondOwner.join(', ')}`]);
  }
  const beyondCaller = caller.scopes.missing(scopes);
  if (beyondCaller.length > 0) throw insufficientScope(beyondCaller);
}

/** Whatever its owner and its maker may. @throws validationFailed naming what is too much for an agent */
export function assertFitsAgent({ agent }: Pick<ApiKey, 'agent'>, scopes: readonly string[]): void {
  const beyond = agent ? scopes.filter((scope) => !agentMayHold(scope)) : [];
  if (beyond.length > 0)
    throw validationFailed([`scopes: a key for an agent cannot hold: ${beyond.join(', ')}`]);
}

/**
 * A key that is bound to addresses makes no key that is less bound.
 * @param asked `undefined`: as the calling key
 * @throws ServiceError forbidden
 */
export function addressesOf(caller: Caller, asked: string[] | null | undefined): string[] | null {
  const own = caller.keyAddresses;
  if (own === null) return asked ?? null;
  if (asked === undefined) return [...own];
  if (asked !== null && asked.every((entry) => own.includes(entry))) return asked;
  throw forbidden(`This key is bound to ${own.join(', ')}: it cannot grant other addresses`);
}

/** Wherever one of the keys could be used from; `null` (anywhere) as soon as one of them could. */
export function jointAllowlist(keys: ApiKey[]): string[] | null {
  const lists = keys.flatMap(({ ipAllowlist }) => (ipAllowlist ? [ipAllowlist] : []));
  return lists.length === keys.length ? [...new Set(lists.flat())] : null;
}
