import type { Caller } from '../access/caller.js';
import { addressListOf, type KnownKey } from './key-ring.js';

/** Why a key that exists is of no use now: the reasons that audit rows carry. */
export type KeyRefusal =
  'revoked_api_key' | 'expired_api_key' | 'disabled_api_key' | 'account_inactive' | 'ip_not_allowed';

/** What is judged of a key. */
type Judged = Pick<KnownKey, 'caller' | 'addresses'>;

/** In this order: the first that applies is what a request is refused with. */
const REFUSALS: readonly (readonly [KeyRefusal, (key: Judged, ip: string) => boolean])[] = [
  ['revoked_api_key', ({ caller }) => caller.keyState.revokedAt !== null],
  [
    'expired_api_key',
    ({ caller }) => caller.keyExpiresAt !== null && caller.keyExpiresAt.getTime() <= Date.now(),
  ],
  ['disabled_api_key', ({ caller }) => !caller.keyState.enabled],
  ['account_inactive', ({ caller }) => !caller.keyState.ownerActive],
  ['ip_not_allowed', ({ addresses }, ip) => addresses !== null && !addresses.contains(ip)],
];

/** What a request with this key, from this address, is refused with; `undefined`: it is let in. */
export const firstRefusal = (key: Judged, ip: string): KeyRefusal | undefined =>
  REFUSALS.find(([, applies]) => applies(key, ip))?.[0];

/** All that stands in the way of a request with the caller's key from this address; empty: nothing. */
export function refusalsOf(caller: Caller, ip: string): KeyRefusal[] {
  const key = { caller, addresses: addressListOf(caller) };
  return REFUSALS.filter(([, applies]) => applies(key, ip)).map(([refusal]) => refusal);
}
