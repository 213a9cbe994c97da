import type { EntityManager } from 'typeorm';
import type { Caller, CallerRequest } from './caller.js';
import type { Requester } from './requester.js';

/** An OAuth token as a request sends it: RFC 6750 for the scheme `Bearer`, RFC 9449 for `DPoP`. */
export interface PresentedToken {
  scheme: 'Bearer' | 'DPoP';
  token: string;
}

/**
 * Verifies the OAuth tokens of requests. It is abstract here, beside {@link CallerCheck}; the module of tokens implements it.
 */
export abstract class TokenCheck {
  /**
   * Returns the caller of a token. It is synchronous for a token that is known already.
   * @throws ServiceError `invalid_token`, `account_inactive`, `issuer_unavailable`, `lease_expired`
   */
  abstract admit(request: CallerRequest, presented: PresentedToken): Caller | Promise<Caller>;

  /** Returns the caller of the same token as of now, or `undefined` when the token has ended. */
  abstract recheck(caller: Caller): Promise<Caller | undefined>;

  /** Returns the caller of the requester's token as of now: see {@link CallerCheck.present}. */
  abstract present(requester: Requester, manager: EntityManager): Promise<Caller>;
}
