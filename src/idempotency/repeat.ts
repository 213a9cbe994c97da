import type { Caller } from '../access/caller.js';

export const REPEAT_METADATA = Symbol.for('bouncer-mcp:repeat');

/** A repeated request. Its body equals that of the first request. */
export interface Retry {
  caller: Caller;
  body: unknown;
}

/** Builds the response to a retry from what was stored. An error that it throws refuses the retry. */
export type Repeat<T extends object> = (kept: T, retry: Retry) => object;
