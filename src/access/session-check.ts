import type { EntityManager } from 'typeorm';
import type { Caller, CallerRequest } from './caller.js';
import type { Requester } from './requester.js';

/**
 * Verifies the sessions of people who signed in. It is abstract here, beside {@link CallerCheck}; the module that signs
 * people in implements it.
 */
export abstract class SessionCheck {
  /** Returns whether the request has the cookie of a session, valid or not. */
  abstract isPresented(request: Pick<CallerRequest, 'headers'>): boolean;

  /**
   * Returns the caller of the request's session. It is synchronous for a session that is known already.
   * @throws ServiceError `invalid_session`, `account_inactive`, `csrf_refused`, `lease_expired`
   */
  abstract admit(request: CallerRequest): Caller | Promise<Caller>;

  /** Returns the caller of the same session as of now, or `undefined` when the session has ended. */
  abstract recheck(caller: Caller): Promise<Caller | undefined>;

  /** Returns the caller of the requester's session as of now: see {@link CallerCheck.present}. */
  abstract present(requester: Requester, manager: EntityManager): Promise<Caller>;
}
