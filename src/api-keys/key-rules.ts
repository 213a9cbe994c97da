import { insufficientScope } from '../access/access-policy.js';
import type { Caller } from '../access/caller.js';
import { roleGrants } from '../access/roles.js';
import type { ScopeCatalogue } from '../access/scope-catalogue.js';
import type { Settings } from '../config/settings.js';
import { validationFailed } from '../errors/service-error.js';
import type { KeyOwner } from './api-key.entity.js';

const DAY_MS = 24 * 3600 * 1000;

/** @throws validationFailed naming the scopes that exist */
export function assertKnownScopes(scopes: readonly string[], catalogue: ScopeCatalogue): void {
  const unknown = catalogue.unknown(scopes);
  if (unknown.length > 0) {
    throw validationFailed([
      `scopes: unknown: ${unknown.join(', ')}. Known scopes: ${catalogue.names().join(', ')}`,
    ]);
  }
}

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

/**
 * When a key ends: as asked, else after the default time, within the maximum that the settings set.
 * @param asked RFC 3339; `null`: never; `undefined`: the default
 */
export function expiryOf(
  asked: string | null | undefined,
  { defaultTtlDays, maxTtlDays }: Settings['apiKeys'],
): Date | null {
  if (asked === undefined)
    return defaultTtlDays === null ? null : new Date(Date.now() + defaultTtlDays * DAY_MS);
  if (asked === null) {
    if (defaultTtlDays === null && maxTtlDays === undefined) return null;
    throw validationFailed(['expiresAt: the settings of this service want every key to end']);
  }
  const end = new Date(asked);
  if (end.getTime() <= Date.now()) throw validationFailed(['expiresAt: must be in the future']);
  if (maxTtlDays !== undefined && end.getTime() > Date.now() + maxTtlDays * DAY_MS) {
    throw validationFailed([`expiresAt: must be within ${maxTtlDays} days`]);
  }
  return end;
}

/** A replacement lives as long as the key that it replaces was made to live. */
export function renewedExpiry(
  key: { createdAt: Date; expiresAt: Date | null },
  settings: Settings['apiKeys'],
): Date | null {
  if (key.expiresAt === null) return null;
  const life = key.expiresAt.getTime() - key.createdAt.getTime();
  const most = settings.maxTtlDays === undefined ? life : Math.min(life, settings.maxTtlDays * DAY_MS);
  return new Date(Date.now() + most);
}
