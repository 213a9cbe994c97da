import { SetMetadata } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';

export const CHARGE_METADATA = Symbol('charge');

/** How many calls a request is: a batch carries several, a handshake none. */
export type ChargeOf = (request: CallerRequest) => number;

/**
 * How many calls a request to this handler counts as; without it, one. A request of no call is counted apart,
 * against the same number, so that it can neither use up a user's calls nor be sent without end.
 */
export const Charge = (chargeOf: ChargeOf) => SetMetadata(CHARGE_METADATA, chargeOf);
