import { type CallLimit, WINDOW_MS } from './store/limit.js';

/** Collects all limits of one call, so that they are charged in one operation. */
export class CallCharge {
  readonly limits: CallLimit[] = [];
  readonly costs: number[] = [];

  /** @param keyOf makes the key of a count of the caller; all keys of a call have one hash tag */
  constructor(private readonly keyOf: (name: string) => string) {}

  add(limits: readonly CallLimit[], cost: number): void {
    if (cost === 0) return;
    for (const limit of limits) {
      this.limits.push(limit);
      this.costs.push(cost);
    }
  }

  /** Adds the limit of a handler, which counts its calls and not their weight. */
  addHandler(name: string, perMinute: number | null, calls: number): void {
    if (perMinute === null) return;
    const limit = { key: this.keyOf(name), policy: name, max: perMinute, windowMs: WINDOW_MS };
    this.add([limit], calls);
  }
}
