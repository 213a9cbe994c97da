import { type CallLimit, limitKey, WINDOW_MS } from './store/limit.js';

/** Collects all limits of one call, so that they are charged in one operation. */
export class CallCharge {
  readonly limits: CallLimit[] = [];
  readonly costs: number[] = [];

  /** @param tag the hash tag of all keys, such as the user's id */
  constructor(private readonly tag: string) {}

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
    const limit = { key: limitKey(this.tag, name), policy: name, max: perMinute, windowMs: WINDOW_MS };
    this.add([limit], calls);
  }
}
