import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { atEndOfIteration } from '../../../common/event-loop.js';
import { within } from '../../../common/timeouts.js';
import { type CallLimit, type Costs, limitKey, type Verdict } from '../limit.js';
import { LimitStore, type LimitStoreState } from '../limit-store.js';
import type { LiveReplicas } from '../live-replicas.js';
import type { MemoryLimitStore } from '../memory-limit-store.js';
import { ChargeBatch, type Observe } from './charge-batch.js';
import { RedisConnection } from './redis-connection.js';
import { ANSWER_MS, RedisFailure } from './redis-failure.js';
import { SpentWindows } from './spent-windows.js';

/** The start waits this long for Redis, so that the first calls are counted there. */
const START_MS = 1_000;
const RETRY_MS = 500;
/** A timer that fires so much too late shows that the event loop was held up. */
const STALL_MS = 25;
/** A longer run of the script would hold up the other clients of Redis. */
const MAX_CALLS_A_RUN = 500;
/** In a cluster, a probe is written to so many keys that every node has some of them. */
const CLUSTER_PROBES = 32;

/**
 * Counts calls over all replicas in Redis. All calls that arrive in one iteration of the event loop are charged by one
 * run of a script; in a cluster, by one for each hash tag. A call that cannot fit any more is refused without Redis until the window
 * ends.
 *
 * While Redis is away, late, full or answers something else, no call fails: each replica admits its share of every limit
 * from memory, and tries again twice a second. The counts in memory are not added to those in Redis. In a window with one
 * outage, a limit may therefore be passed twice: once in Redis and once by the shares, which together are the limit, or one
 * call for each replica if that is more. It may be passed three times when Redis also lost its counts. A call that
 * weighs more than the share passes once in each replica.
 */
export class RedisLimitStore extends LimitStore implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('RateLimits');
  private readonly spent = new SpentWindows();
  /** The runs that are collected, by hash tag in a cluster. */
  private readonly collected = new Map<string, ChargeBatch>();
  private readonly running = new Set<ChargeBatch>();
  private connection: RedisConnection | undefined;
  private failure: RedisFailure | undefined;
  private retry: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly memory: MemoryLimitStore,
    private readonly replicas: LiveReplicas,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await within(START_MS, this.connect()).catch((error: unknown) => this.report(RedisFailure.of(error)));
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.spent.stop();
    const { connection } = this;
    this.connection = undefined;
    this.settleInMemory();
    connection?.close();
  }

  override charge(limits: readonly CallLimit[], costs: Costs): Verdict | Promise<Verdict> {
    const refusal = this.spent.refusalOf(limits, costs);
    if (refusal) return refusal;
    return this.connection ? this.collect(limits, costs, this.connection) : this.chargeShare(limits, costs);
  }

  override state(): LimitStoreState {
    if (this.connection) return { status: 'ok', store: 'redis' };
    const reason = this.failure?.message ?? 'Redis was not asked yet';
    return { status: 'degraded', store: 'memory', reason };
  }

  private chargeShare(limits: readonly CallLimit[], costs: Costs): Verdict {
    return this.memory.chargeShare(limits, costs, Math.max(1, this.replicas.count()));
  }

  private collect(
    limits: readonly CallLimit[],
    costs: Costs,
    { isCluster }: RedisConnection,
  ): Promise<Verdict> {
    if (this.collected.size === 0) atEndOfIteration(() => this.sendCollected());
    const tag = isCluster ? tagOf(limits[0]!) : '';
    let batch = this.collected.get(tag);
    if (!batch) this.collected.set(tag, (batch = new ChargeBatch()));
    const verdict = batch.add(limits, costs);
    if (batch.size >= MAX_CALLS_A_RUN) this.sendCollected();
    return verdict;
  }

  private sendCollected(): void {
    const batches = [...this.collected.values()];
    this.collected.clear();
    for (const batch of batches) void this.send(batch);
  }

  private async send(batch: ChargeBatch): Promise<void> {
    const { connection } = this;
    this.running.add(batch);
    if (!connection) return this.settleInMemory();
    batch.sentAt = performance.now();
    this.watch(batch, connection, 1);
    try {
      const reply = await connection.charge(batch.keyNames(), batch.argument());
      if (!this.running.has(batch)) return;
      if (!batch.settle(reply, this.observerOf(batch)))
        return this.degrade(connection, RedisFailure.garbage());
      this.running.delete(batch);
    } catch (error) {
      if (this.running.has(batch)) this.degrade(connection, RedisFailure.of(error));
    } finally {
      clearTimeout(batch.timer);
    }
  }

  /** @param chances how often a stall of this process itself is forgiven, after which nothing was sent or read */
  private watch(batch: ChargeBatch, connection: RedisConnection, chances: number): void {
    const due = performance.now() + ANSWER_MS;
    batch.timer = setTimeout(() => {
      const stalled = performance.now() - due > STALL_MS;
      if (stalled && chances > 0) this.watch(batch, connection, chances - 1);
      // A reply that has arrived is read before this runs.
      else setImmediate(() => this.running.has(batch) && this.degrade(connection, RedisFailure.late()));
    }, ANSWER_MS);
  }

  private observerOf({ sentAt }: ChargeBatch): Observe {
    return (limit, hits, leftMs, refused) => {
      // A refusal by Redis lengthens a window that blocks.
      const isSpent = hits >= limit.max && limit.blockMs === undefined;
      if (refused || isSpent) this.spent.note(limit, hits, leftMs, sentAt);
      else this.spent.follow(limit, hits, leftMs, sentAt);
    };
  }

  /** Goes on in memory. Whether Redis counted the calls that wait is unknown, so they are not sent to it again. */
  private degrade(connection: RedisConnection, failure: RedisFailure): void {
    if (this.connection !== connection) return this.settleInMemory();
    this.connection = undefined;
    this.settleInMemory();
    connection.close();
    this.report(failure);
    this.tryAgain();
  }

  private settleInMemory(): void {
    const batches = [...this.running];
    this.running.clear();
    for (const batch of batches) batch.settleBy((limits, costs) => this.chargeShare(limits, costs));
  }

  private report(failure: RedisFailure): void {
    if (!this.failure && !this.connection)
      this.logger.warn(
        `${failure.message}. Until Redis counts again, each replica counts its share of the limits in its memory`,
      );
    this.failure = failure;
  }

  private tryAgain(): void {
    if (this.stopped) return;
    this.retry = setTimeout(() => void this.connect(), RETRY_MS).unref();
  }

  /** Opens a connection and writes to it as a charge does. It retries by itself, and is never rejected. */
  private async connect(): Promise<void> {
    let connection: RedisConnection | undefined;
    try {
      const opened = (connection = await RedisConnection.open(this.url));
      const probes = opened.isCluster ? CLUSTER_PROBES : 1;
      await Promise.all(Array.from({ length: probes }, (_, index) => probe(opened, index)));
      this.use(opened);
    } catch (error) {
      connection?.close();
      if (this.stopped) return;
      this.report(RedisFailure.of(error));
      this.tryAgain();
    }
  }

  private use(connection: RedisConnection): void {
    if (this.stopped) return connection.close();
    this.connection = connection;
    connection.onceLost((error) => this.degrade(connection, RedisFailure.of(error)));
    if (this.failure) this.logger.log('Redis counts the limits again, over all replicas');
    this.failure = undefined;
  }
}

/** @throws RedisFailure where a charge would fail */
async function probe(connection: RedisConnection, index: number): Promise<void> {
  const limit = { key: limitKey(`probe-${index}`, 'probe'), policy: 'probe', max: 1e9, windowMs: 1_000 };
  const batch = new ChargeBatch();
  void batch.add([limit], 1);
  const reply = await within(ANSWER_MS, connection.charge(batch.keyNames(), batch.argument()));
  if (!batch.settle(reply, () => undefined)) throw RedisFailure.garbage();
}

const tagOf = ({ key }: CallLimit): string => key.slice(1, key.indexOf('}'));
