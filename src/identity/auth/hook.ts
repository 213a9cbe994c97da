import type { HookEndpointContext } from 'better-auth';

/** Runs before or after a path's own code. */
export type Hook = (context: HookEndpointContext) => Promise<void> | void;
