import type { Caller } from './caller.js';

/**
 * Asks anew whether a caller may still call, for what outlasts a request: a download, a stream. An interface only:
 * the room that verifies keys provides it.
 */
export abstract class CallerCheck {
  /** Who calls with the same key now, read from the database; `undefined`: the key is of no use from `ip` any more. */
  abstract recheck(caller: Caller, ip: string): Promise<Caller | undefined>;
}
