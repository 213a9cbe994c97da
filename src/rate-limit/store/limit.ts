export const WINDOW_SECONDS = 60;
export const WINDOW_MS = WINDOW_SECONDS * 1000;

/** Describes one count that a call must fit into. Its window begins with the first call. */
export interface CallLimit {
  /**
   * Names the count in every process. The part in braces, such as the user's id, is its hash tag: all limits of one
   * call share it, so that a Redis Cluster keeps them on one node.
   */
  readonly key: string;
  /** Names the policy in the headers and in the body of a 429. */
  readonly policy: string;
  readonly max: number;
  readonly windowMs: number;
  /** Whether a verdict names the limit only when it refuses. It then stands behind one that is named. */
  readonly isSilent?: boolean;
  /** The time for which a refusal blocks every call, where it is not the rest of the window. */
  readonly blockMs?: number;
}

/** Holds one cost for each limit of a call, or a single cost for all of them. A cost of 0 only reads the count. */
export type Costs = number | readonly number[];

export const costAt = (costs: Costs, index: number): number =>
  typeof costs === 'number' ? costs : costs[index]!;

/** Says whether a call fitted into all its limits. */
export interface Verdict {
  readonly refused: boolean;
  /** The limit that refused the call, or else the one that leaves the fewest, silent ones aside. */
  readonly limit: CallLimit;
  readonly remaining: number;
  /** The whole seconds, rounded up, until that limit's window ends. It is 0 when nothing is counted yet. */
  readonly resetSeconds: number;
}

/** Makes the key of a count. @param tag what the count belongs to, such as a user's id */
export const limitKey = (tag: string, name: string): string => `{${tag}}:${name}`;

/** Rounds up, but not for the error of a sum of fractions of a millisecond. */
export const wholeSeconds = (ms: number): number => Math.max(0, Math.ceil((ms - 0.001) / 1000));

/** Makes the verdict of a call that does not fit. @param leftMs the time until the window ends */
export const refusal = (limit: CallLimit, hits: number, leftMs: number): Verdict => ({
  refused: true,
  limit,
  remaining: Math.max(0, limit.max - hits),
  resetSeconds: wholeSeconds(leftMs),
});
