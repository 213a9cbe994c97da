import type { EntityManager } from 'typeorm';
import type { Caller } from './caller.js';
import type { Requester } from './requester.js';

/**
 * Reads a caller anew from the database: for what outlasts a request (a download, a stream), and for what must not be
 * decided by what another process changed a moment ago. An interface only: the module that verifies keys provides it.
 */
export abstract class CallerCheck {
  /** Who calls with the same key now; `undefined`: the key is of no use from `ip` any more. */
  abstract recheck(caller: Caller, ip: string): Promise<Caller | undefined>;

  /**
   * Who asks, as of now.
   * @param manager the transaction to read in @throws what the guards would refuse the request with now
   */
  abstract present(requester: Requester, manager: EntityManager): Promise<Caller>;
}
