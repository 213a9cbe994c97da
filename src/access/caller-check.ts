import type { EntityManager } from 'typeorm';
import type { Caller } from './caller.js';
import type { Requester } from './requester.js';

/**
 * Reads a caller again from the database. It serves what outlasts a request (downloads, streams), and decisions that
 * must see a change that another process just made. It is abstract here; the module that verifies keys implements it.
 */
export abstract class CallerCheck {
  /** Returns the caller of the same key as of now, or `undefined` when the key is no longer valid from `ip`. */
  abstract recheck(caller: Caller, ip: string): Promise<Caller | undefined>;

  /**
   * Returns the requester's caller as of now. Until the transaction ends, no change of the caller is committed.
   * @param manager the transaction to read in
   * @throws ServiceError what the guards would refuse the request with now
   */
  abstract present(requester: Requester, manager: EntityManager): Promise<Caller>;
}
