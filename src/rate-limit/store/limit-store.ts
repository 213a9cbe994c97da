import type { Costs, CallLimit, Verdict } from './limit.js';

/** Says where limits are counted. `degraded` means that each replica counts its share in its memory. */
export interface LimitStoreState {
  status: 'ok' | 'degraded';
  store: 'memory' | 'redis';
  /** Why the store is degraded. */
  reason?: string;
}

/** Counts calls: in the memory of this process, or over all replicas in Redis. */
export abstract class LimitStore {
  /**
   * Charges all limits of one call in one operation: either every one of them, or none when the call does not fit into
   * one.
   * @param limits at least one limit, all with the same hash tag and with different keys
   * @returns a promise only where the counts are in Redis; it is never rejected
   */
  abstract charge(limits: readonly CallLimit[], costs: Costs): Verdict | Promise<Verdict>;

  abstract state(): LimitStoreState;
}
