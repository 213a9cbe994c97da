import { insufficientScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { agentPrincipalMayHold, isAdministrator } from '../access/roles.js';
import type { ScopeCatalogue } from '../access/scope-catalogue.js';
import { scopeCovers } from '../access/scopes.js';
import { assertKnownScopes } from '../api-keys/key-rules.js';
import { conflict, forbidden, validationFailed } from '../errors/service-error.js';
import type { AgentBounds } from '../users/agent-chain.js';
import { isTimestamp } from '../validation/timestamp.js';

/** The most agents from the highest one down. */
export const MAX_DEPTH = 8;

/**
 * Checks that an agent gets scopes of data alone, and no more than the caller and the agents above it hold.
 * @param above what bounds the agent that it belongs to
 * @throws validationFailed, insufficientScope
 */
export function assertMayHold(
  caller: Caller,
  above: AgentBounds | undefined,
  scopes: readonly string[],
  catalogue: ScopeCatalogue,
): void {
  assertKnownScopes(scopes, catalogue);
  const beyond = scopes.filter((scope) => !agentPrincipalMayHold(scope));
  if (beyond.length > 0) throw validationFailed([`scopes: an agent cannot hold: ${beyond.join(', ')}`]);
  const lacking = caller.scopes.missing(scopes);
  if (lacking.length > 0) throw insufficientScope(lacking);
  const isHeld = (scope: string) =>
    (above?.within ?? []).every((held) => held.some((limit) => scopeCovers(limit, scope)));
  const beyondOwner = scopes.filter((scope) => !isHeld(scope));
  if (beyondOwner.length > 0)
    throw validationFailed([`scopes: the agent that owns it does not hold: ${beyondOwner.join(', ')}`]);
}

/** @throws conflict where an agent cannot have another one below it */
export function assertRoomBelow({ isRetired, endsAt, depth }: AgentBounds): void {
  if (isRetired) throw conflict('The agent that owns it was retired');
  if (endsAt !== null && endsAt.getTime() <= Date.now()) throw conflict('The agent that owns it has ended');
  if (depth >= MAX_DEPTH) throw conflict(`Agents are at most ${MAX_DEPTH} deep`);
}

/** @throws validationFailed for a time that is over */
export function endOf(requested: string | null | undefined): Date | null {
  if (requested === undefined || requested === null) return null;
  if (!isTimestamp(requested)) throw validationFailed(['endsAt: must be an RFC 3339 time']);
  const end = new Date(requested);
  if (end.getTime() <= Date.now()) throw validationFailed(['endsAt: must be in the future']);
  return end;
}

/**
 * Returns the calls a minute of an agent. Only an administrator gives more than it has itself.
 * @param requested `undefined` for those of the caller
 * @param ofTier the calls a minute of the caller's tier
 * @throws ServiceError `forbidden`
 */
export function callsOf(
  { role, requestsPerMinute, keyRequestsPerMinute }: Caller,
  requested: number | null | undefined,
  ofTier: number,
): number | null {
  if (isAdministrator(role)) return requested ?? null;
  const bounds = [requestsPerMinute, keyRequestsPerMinute].filter((bound) => bound !== null);
  const own = bounds.length > 0 ? Math.min(...bounds) : null;
  if (requested === undefined) return own;
  if (requested === null ? own === null : requested <= (own ?? ofTier)) return requested;
  throw forbidden(`You have ${own ?? ofTier} calls a minute: an agent of yours cannot have more`);
}
