import { type CallLimit, type Costs, costAt, refusal, type Verdict, wholeSeconds } from '../limit.js';

interface Waiting {
  limits: readonly CallLimit[];
  costs: Costs;
  settle: (verdict: Verdict) => void;
}

/** Says what a limit counted by the time of a verdict, and whether it refused the call. */
export type Observe = (limit: CallLimit, hits: number, leftMs: number, refused: boolean) => void;

/** Collects the calls that one run of the script charges. */
export class ChargeBatch {
  /** The time of the run by the monotonic clock. */
  sentAt = 0;
  /** Limits the time to wait for the reply. */
  timer: NodeJS.Timeout | undefined;
  private readonly keys = new Map<string, number>();
  private readonly numbers: number[] = [];
  private readonly waiting: Waiting[] = [];

  get size(): number {
    return this.waiting.length;
  }

  add(limits: readonly CallLimit[], costs: Costs): Promise<Verdict> {
    this.numbers.push(limits.length);
    for (let i = 0; i < limits.length; i++) {
      const { key, max, windowMs, blockMs } = limits[i]!;
      let number = this.keys.get(key);
      if (number === undefined) this.keys.set(key, (number = this.keys.size + 1));
      this.numbers.push(number, max, costAt(costs, i), windowMs, blockMs ?? 0);
    }
    return new Promise((settle) => this.waiting.push({ limits, costs, settle }));
  }

  keyNames(): string[] {
    return [...this.keys.keys()];
  }

  argument(): string {
    return JSON.stringify(this.numbers);
  }

  /**
   * Answers all calls with what the script returned.
   * @returns false where that is not a reply of the script; no call is answered then
   */
  settle(reply: unknown, observe: Observe): boolean {
    const numbers = numbersIn(reply);
    if (numbers?.length !== this.waiting.reduce((sum, { limits }) => sum + 1 + limits.length * 2, 0))
      return false;
    let at = 0;
    for (const { limits, settle } of this.waiting) {
      settle(verdictOf(limits, numbers, at, observe));
      at += 1 + limits.length * 2;
    }
    return true;
  }

  /** Answers all calls by another store. */
  settleBy(charge: (limits: readonly CallLimit[], costs: Costs) => Verdict): void {
    for (const { limits, costs, settle } of this.waiting) settle(charge(limits, costs));
  }
}

function numbersIn(reply: unknown): number[] | undefined {
  try {
    const numbers: unknown = JSON.parse(String(reply));
    return Array.isArray(numbers) && numbers.every((value) => Number.isFinite(value))
      ? (numbers as number[])
      : undefined;
  } catch {
    return undefined;
  }
}

function verdictOf(
  limits: readonly CallLimit[],
  numbers: readonly number[],
  at: number,
  observe: Observe,
): Verdict {
  const refusedAt = numbers[at]!;
  let tightest = 0;
  let remaining = Infinity;
  for (let i = 0; i < limits.length; i++) {
    const limit = limits[i]!;
    const hits = numbers[at + 1 + i * 2]!;
    observe(limit, hits, numbers[at + 2 + i * 2]!, i === refusedAt - 1);
    if (limit.max - hits >= remaining || (limit.isSilent && i > 0)) continue;
    tightest = i;
    remaining = limit.max - hits;
  }
  const index = refusedAt > 0 ? refusedAt - 1 : tightest;
  const limit = limits[index]!;
  const hits = numbers[at + 1 + index * 2]!;
  const leftMs = numbers[at + 2 + index * 2]!;
  // A call that can never fit is refused before a window begins.
  if (refusedAt > 0) return refusal(limit, hits, leftMs || limit.windowMs);
  return {
    refused: false,
    limit,
    remaining: Math.max(0, remaining),
    resetSeconds: wholeSeconds(leftMs),
  };
}
