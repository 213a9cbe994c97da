import fc from 'fast-check';
import type { Caller } from '../access/caller.js';
import { firstRefusal, refusalsOf } from './key-refusals.js';
import { addressListOf } from './key-ring.js';

const IP = '192.0.2.7';
const DAY_MS = 24 * 3600 * 1000;

const good = {
  revoked: false,
  expired: false,
  disabled: false,
  ownerInactive: false,
  outside: false,
};
type State = typeof good;

const callerIn = (state: State, more: Partial<Caller> = {}) =>
  ({
    keyExpiresAt: new Date(Date.now() + (state.expired ? -1 : 1) * DAY_MS),
    keyAddresses: [state.outside ? '198.51.100.0/24' : '192.0.2.0/24'],
    keyState: {
      ownScopes: [],
      enabled: !state.disabled,
      revokedAt: state.revoked ? new Date() : null,
      replacedBy: null,
      ownerActive: !state.ownerInactive,
    },
    ...more,
  }) as unknown as Caller;

describe('refusalsOf', () => {
  it('names exactly what is wrong, in the order in which a request is refused', () => {
    const states = fc.record<State>({
      revoked: fc.boolean(),
      expired: fc.boolean(),
      disabled: fc.boolean(),
      ownerInactive: fc.boolean(),
      outside: fc.boolean(),
    });
    fc.assert(
      fc.property(states, (state) => {
        expect(refusalsOf(callerIn(state), IP)).toEqual([
          ...(state.revoked ? ['revoked_api_key'] : []),
          ...(state.expired ? ['expired_api_key'] : []),
          ...(state.disabled ? ['disabled_api_key'] : []),
          ...(state.ownerInactive ? ['account_inactive'] : []),
          ...(state.outside ? ['ip_not_allowed'] : []),
        ]);
      }),
    );
  });

  it('names nothing for a key without an end and without an allow list', () => {
    expect(refusalsOf(callerIn(good, { keyExpiresAt: null, keyAddresses: null }), IP)).toEqual([]);
  });
});

describe('firstRefusal', () => {
  const first = (state: State) => {
    const caller = callerIn(state);
    return firstRefusal({ caller, addresses: addressListOf(caller) }, IP);
  };

  it('is the first of all reasons', () => {
    const state = { ...good, expired: true, outside: true };
    expect(first(state)).toBe('expired_api_key');
    expect(first(good)).toBeUndefined();
  });
});
