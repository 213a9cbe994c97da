import { type EntityManager, Raw } from 'typeorm';
import { insufficientScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import {
  agentMayHold,
  agentPrincipalMayHold,
  isAdministrator,
  type Role,
  roleGrants,
} from '../access/roles.js';
import type { ScopeCatalogue } from '../access/scope-catalogue.js';
import { scopeCovers, scopesWithin } from '../access/scopes.js';
import { forbidden, ServiceError, validationFailed } from '../errors/service-error.js';
import { type AgentBounds, agentBounds, isManagedBy } from '../users/agent-chain.js';
import type { Member } from '../users/member.js';
import type { ApiKey } from './api-key.entity.js';

/**
 * Selects a key that the caller can access: its own, and those of its agents, of teams that it maintains and of their agents.
 * Another one's key is reported as not found, except to an admin.
 */
export const whereReachable = (caller: Caller, id: string) => ({
  id,
  organizationId: caller.organizationId,
  ...(!isAdministrator(caller.role) && {
    userId: Raw((owner) => `(${owner} = :by OR is_managed_by(${owner}, :by))`, { by: caller.userId }),
  }),
});

/**
 * @throws ServiceError `insufficient_scope` when a caller that is not an admin names another user, or an agent or a team that
 * it does not decide about
 */
export async function assertReaches(manager: EntityManager, caller: Caller, userId: string): Promise<void> {
  if (isAdministrator(caller.role) || (await isManagedBy(manager, userId, caller.userId))) return;
  throw new ServiceError(
    'insufficient_scope',
    "Insufficient permissions. Other users' keys need the role admin",
    { reason: 'not_admin' },
  );
}

/** What bounds the keys of an owner: its role, and what an agent depends on. */
export interface OwnerBounds {
  role: Role;
  kind?: Member['kind'];
  bounds?: AgentBounds | undefined;
}

/** Reads what bounds the keys of an owner, as a statement of `manager`. */
export const ownerBounds = async (
  manager: EntityManager,
  { id, kind, role }: Pick<Member, 'id' | 'kind' | 'role'>,
): Promise<OwnerBounds> => ({
  kind,
  role,
  bounds: kind === 'agent' ? await agentBounds(manager, id) : undefined,
});

/** @throws validationFailed with all known scopes and the closest ones to an unknown scope */
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

/** Returns the scopes of a key that its owner may still hold. A replacement gets these. */
export const heldScopes = ({ role, bounds }: OwnerBounds, scopes: readonly string[]): string[] =>
  (bounds?.within ?? [])
    .reduce<readonly string[]>(scopesWithin, scopes)
    .filter((scope) => roleGrants(role, scope));

/**
 * Checks that a key does not get more scopes than its owner's role grants, or than the key that creates, changes or
 * replaces it.
 * @throws insufficientScope with the missing scopes
 */
export function assertMayGrant(caller: Caller, owner: OwnerBounds, scopes: readonly string[]): void {
  const beyondOwner = scopes.filter((scope) => !mayOwn(owner, scope));
  if (beyondOwner.length > 0) {
    const kind = owner.kind === undefined || owner.kind === 'person' ? owner.role : owner.kind;
    throw validationFailed([
      `scopes: the owner, a${kind === 'agent' ? 'n' : ''} ${kind}, cannot hold: ${beyondOwner.join(', ')}`,
    ]);
  }
  const beyondCaller = caller.scopes.missing(scopes);
  if (beyondCaller.length > 0) throw insufficientScope(beyondCaller);
}

/** Returns whether a key of the owner has all of a scope, as far as the owner decides. */
const mayOwn = ({ role, bounds }: OwnerBounds, scope: string): boolean =>
  roleGrants(role, scope) &&
  (bounds?.within ?? []).every((held) => held.some((limit) => scopeCovers(limit, scope)));

/**
 * Checks that the caller's key holds all that a present key does, which it changes or replaces.
 * @throws ServiceError `insufficient_scope`, which names the missing scopes only to a caller that may read keys
 */
export function assertCovers(caller: Caller, scopes: readonly string[]): void {
  const beyond = caller.scopes.missing(scopes);
  if (beyond.length === 0) return;
  if (caller.scopes.allows('keys:read')) throw insufficientScope(beyond);
  throw new ServiceError(
    'insufficient_scope',
    'Insufficient permissions. The key holds scopes that the calling key does not hold',
  );
}

/**
 * Checks the scopes of an agent's key, which is limited whatever its owner may do.
 * @throws validationFailed with the scopes that it cannot hold
 */
export function assertFitsAgent(
  { agent }: Pick<ApiKey, 'agent'>,
  scopes: readonly string[],
  { kind }: Pick<OwnerBounds, 'kind'> = {},
): void {
  const mayHold = kind === 'agent' ? agentPrincipalMayHold : agentMayHold;
  const beyond = agent ? scopes.filter((scope) => !mayHold(scope)) : [];
  if (beyond.length > 0)
    throw validationFailed([`scopes: a key for an agent cannot hold: ${beyond.join(', ')}`]);
}

/**
 * Returns the addresses of a new key. A key that is restricted to addresses cannot create a key with other addresses.
 * @param requested `undefined` for those of the calling key
 * @throws ServiceError `forbidden`
 */
export function addressesOf(caller: Caller, requested: string[] | null | undefined): string[] | null {
  const own = caller.keyAddresses;
  if (own === null) return requested ?? null;
  if (requested === undefined) return [...own];
  if (requested !== null && requested.every((entry) => own.includes(entry))) return requested;
  throw forbidden(`This key is bound to ${own.join(', ')}: it cannot grant other addresses`);
}

/**
 * Returns the calls per minute of a new key. A key with a limit of its own creates keys with at most as many.
 * @param requested `undefined` for those of the calling key
 * @throws ServiceError `forbidden`
 */
export function requestsOf(caller: Caller, requested: number | null | undefined): number | null {
  const own = caller.keyRequestsPerMinute;
  if (requested === undefined) return own;
  if (own === null || (requested !== null && requested <= own)) return requested;
  throw forbidden(`This key is limited to ${own} calls a minute: it cannot grant more`);
}

/** Returns the highest of the keys' limits, or `null` (no limit of its own) if one key has none. */
export function jointRequests(keys: Pick<ApiKey, 'requestsPerMinute'>[]): number | null {
  const numbers = keys.flatMap(({ requestsPerMinute }) => requestsPerMinute ?? []);
  return keys.length > 0 && numbers.length === keys.length ? Math.max(...numbers) : null;
}

/** Returns the union of the address lists, or `null` (every address) if one key has none. */
export function jointAllowlist(keys: ApiKey[]): string[] | null {
  const lists = keys.flatMap(({ ipAllowlist }) => (ipAllowlist ? [ipAllowlist] : []));
  return lists.length === keys.length ? [...new Set(lists.flat())] : null;
}
