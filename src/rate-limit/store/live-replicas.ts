/** Counts the replicas that serve by now. Each of them takes its share of a limit while Redis is away. */
export abstract class LiveReplicas {
  /** Returns at least 1, which is this process. */
  abstract count(): number;
}
