import { SetMetadata } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';

export const CHARGE_METADATA = Symbol('charge');

export interface ChargeOf {
  /** How many calls a request is: a batch carries several, a handshake none. */
  calls: (request: CallerRequest) => number;
  /** How many messages it carries beside them; a request of no call is one of these at least. */
  others: (request: CallerRequest) => number;
}

/**
 * How many calls a request to this handler counts as; without it, one. What is no call is counted apart, message by message
 * and against the same number, so that it can neither use up a user's calls nor be sent without end.
 */
export const Charge = (chargeOf: ChargeOf) => SetMetadata(CHARGE_METADATA, chargeOf);
