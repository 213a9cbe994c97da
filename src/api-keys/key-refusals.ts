import type { Caller } from '../access/caller.js';
import type { AddressList } from './address-list.js';
import { addressListOf } from './key-ring.js';

/** Names the reasons why an existing key is refused. Audit rows carry them. */
export type KeyRefusal =
  | 'revoked_api_key'
  | 'retired_agent'
  | 'expired_api_key'
  | 'disabled_api_key'
  | 'account_inactive'
  | 'ip_not_allowed';

/** Describes the fields that a key check reads. */
interface CheckedKey {
  caller: Caller;
  addresses: AddressList | null;
}

/** The order decides: a request is refused with the first reason that applies. */
const REFUSALS: readonly (readonly [KeyRefusal, (key: CheckedKey, ip: string) => boolean])[] = [
  ['revoked_api_key', ({ caller }) => caller.keyState.revokedAt !== null],
  ['retired_agent', ({ caller }) => caller.keyState.retired],
  [
    'expired_api_key',
    ({ caller }) => caller.keyExpiresAt !== null && caller.keyExpiresAt.getTime() <= Date.now(),
  ],
  ['disabled_api_key', ({ caller }) => !caller.keyState.enabled],
  ['account_inactive', ({ caller }) => !caller.keyState.ownerActive],
  ['ip_not_allowed', ({ addresses }, ip) => addresses !== null && !addresses.contains(ip)],
];

/** Returns why a request with this key from this address is refused. `undefined` means that it is allowed. */
export const firstRefusal = (key: CheckedKey, ip: string): KeyRefusal | undefined =>
  REFUSALS.find(([, applies]) => applies(key, ip))?.[0];

/** Returns all reasons to refuse a request with the caller's key from this address. */
export function refusalsOf(caller: Caller, ip: string): KeyRefusal[] {
  const key = { caller, addresses: addressListOf(caller) };
  return REFUSALS.filter(([, applies]) => applies(key, ip)).map(([refusal]) => refusal);
}
