import type { Caller } from '../access/caller.js';

export const REPEAT_METADATA = Symbol.for('bouncer-mcp:repeat');

/** The request that is answered again: its body is that of the first one. */
export interface Retry {
  caller: Caller;
  body: unknown;
}

/** Makes the answer to a retry of what was kept; what it throws refuses the retry. */
export type Repeat<T extends object> = (kept: T, retry: Retry) => object;
