import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '../common/new-id.js';
import { sleep } from '../common/timeouts.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type ChangeListener, ChangeListeners } from './change.js';
import { type CoherenceMode, CoherenceStore, type ReplicaRow } from './coherence-store.js';
import { leaseExpired } from './lease-expired.js';
import { expiryOfLeasesMs, Lease } from './lease.js';
import { PollLoop } from './poll-loop.js';
import { ReplicaWatch } from './replica-watch.js';
import { Settlements } from './settlements.js';

/** How often a lease is extended while it lasts. */
const POLLS_PER_LEASE = 6;
/** The share of a lease after which an answer of PostgreSQL counts as lost. */
const ANSWERS_PER_LEASE = 3;
const RETRY_MS = 100;

/** Says what a change waited for. */
export interface Settled {
  /** The replicas that know the change, this one included. */
  replicas: number;
  waitedMs: number;
}

export interface CoherenceState {
  mode: CoherenceMode;
  status: 'ok' | 'lapsed';
  replicas: number;
  epoch: number;
  leaseMs: number;
}

const conflictMessage = (own: CoherenceMode, other: CoherenceMode) =>
  `Another process serves on this database with COHERENCE=${other}. Beside it, COHERENCE=${own} does not work: stop that one, or set COHERENCE=replicas for all`;

/**
 * Keeps what the processes of a service have in memory true to the database. Each process polls the changes and may trust
 * its memory for a while after that: its lease. A change that takes power away waits until every process has applied it
 * or has lost its lease. Decision 0027 describes the protocol, and `test/coherence-model` checks a model of it.
 *
 * In the mode `single` the service is one process: changes apply in it at once, and nothing waits.
 */
@Injectable()
export class Coherence implements OnApplicationShutdown {
  readonly mode: CoherenceMode;
  private readonly logger = new Logger(Coherence.name);
  private readonly id = newId();
  private readonly isEmbedded: boolean;
  private readonly lease: Lease;
  private readonly expiryMs: number;
  private readonly listeners = new ChangeListeners();
  private readonly settlements = new Settlements();
  private readonly watch: ReplicaWatch;
  private readonly store: CoherenceStore;
  private readonly loop: PollLoop;
  private readonly lapseListeners: (() => void)[] = [];
  private hasJoined = false;
  /** Whether a process of the mode `single` was taken for ended, and others may serve since. */
  private isContested = false;
  private hasLapsed = false;
  private applied = 0;
  /** Whether changes may have been missed, as before the first poll. */
  private mustReset = true;
  /** Whether the others have not been told yet what this process has applied. */
  private tells = false;
  private replicas: readonly ReplicaRow[] = [];

  constructor(
    @InjectSettings() { coherence, databaseUrl }: Settings,
    @InjectDataSource() dataSource: DataSource,
  ) {
    const { mode, leaseMs } = coherence;
    this.mode = mode;
    this.isEmbedded = databaseUrl === undefined && mode === 'single';
    this.lease = new Lease(leaseMs);
    this.expiryMs = expiryOfLeasesMs(leaseMs);
    this.watch = new ReplicaWatch(this.expiryMs);
    this.store = new CoherenceStore(dataSource, leaseMs / ANSWERS_PER_LEASE, {
      changed: () => this.loop.wake(),
      applied: (id, epoch) => this.settlements.applied(id, epoch),
    });
    this.loop = new PollLoop(
      leaseMs / POLLS_PER_LEASE,
      () => this.poll(),
      (error) => this.pollFailed(error),
    );
  }

  /** Registers a part of the service that holds something in memory. */
  register(listener: ChangeListener): void {
    this.listeners.add(listener);
  }

  /** Calls `listener` when the lease has run out, for what acts without being asked, such as an open stream. */
  onLapse(listener: () => void): void {
    this.lapseListeners.push(listener);
  }

  /** Whether memory may be trusted now. In the mode `single` it always may. */
  isLive(now = performance.now()): boolean {
    return this.mode === 'single' ? !this.isContested : this.lease.isLive(now);
  }

  /** @throws ServiceError `lease_expired` while memory must not be trusted */
  assertLive(now = performance.now()): void {
    if (!this.isLive(now)) throw leaseExpired();
  }

  /** Returns the number of processes that serve, this one included. */
  count(): number {
    return Math.max(1, this.replicas.length);
  }

  state(): CoherenceState {
    return {
      mode: this.mode,
      status: this.isLive() ? 'ok' : 'lapsed',
      replicas: this.count(),
      epoch: this.applied,
      leaseMs: this.mode === 'single' ? 0 : Math.round(this.lease.leftMs()),
    };
  }

  /**
   * Joins the other processes. It returns once the lease is live.
   * @throws Error when PostgreSQL does not answer, or when a process is there that this one cannot serve beside
   */
  async join(): Promise<void> {
    // Nothing else serves on an embedded database.
    if (this.isEmbedded) return;
    this.hasJoined = true;
    await this.loop.start();
    await this.assertCompatible();
  }

  /**
   * Waits until no process trusts anything older than what is committed now. Call it after the commit of a change that takes
   * power away, before it is answered.
   */
  async settle(): Promise<Settled> {
    if (this.mode === 'single') return { replicas: 1, waitedMs: 0 };
    const committedAt = performance.now();
    const leftMs = () => committedAt + this.expiryMs - performance.now();
    const state = await this.stateBefore(leftMs);
    if (state) {
      this.loop.wake();
      await this.settlements.wait(state.epoch, state.replicas, leftMs());
    }
    return { replicas: this.count(), waitedMs: Math.round(performance.now() - committedAt) };
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.hasJoined) return;
    await this.loop.stop();
    // Nothing may be trusted any more before the writers stop waiting for this process.
    this.lease.end();
    await this.store.leave(this.id).catch(() => undefined);
    this.store.drop();
  }

  /** Reads the replicas after a commit. @returns nothing when the time is over, and with it every lease */
  private async stateBefore(leftMs: () => number) {
    while (leftMs() > 0) {
      try {
        return await this.store.state();
      } catch {
        await sleep(Math.min(RETRY_MS, Math.max(0, leftMs())));
      }
    }
    return undefined;
  }

  /** @returns whether to poll again at once */
  private async poll(): Promise<boolean> {
    const sampledAt = performance.now();
    const { isMember, epoch, changes, replicas } = await this.store.poll(this.id, this.applied, this.tells);
    this.tells = false;
    if (!isMember) {
      // The others may have changed things without waiting for this process.
      this.isContested = this.applied > 0 && this.mode === 'single';
      this.mustReset = true;
      await this.store.join(this.id, this.mode);
      return true;
    }
    if (this.mustReset || epoch < this.applied || !changes) await this.listeners.reset();
    else if (changes.length > 0) await this.listeners.apply(changes);
    this.tells = this.mustReset || epoch !== this.applied;
    this.mustReset = false;
    this.applied = epoch;
    this.lease.extend(sampledAt);
    this.noteLive();
    this.replicas = replicas;
    if (this.isContested) this.isContested = this.conflicting().length > 0;
    this.settlements.see(replicas);
    await this.removeEnded(replicas);
    return this.tells;
  }

  private async removeEnded(replicas: readonly ReplicaRow[]): Promise<void> {
    const others = replicas.filter(({ id }) => id !== this.id);
    for (const ended of this.watch.observe(others)) {
      this.logger.warn(`The replica ${ended.id} has ended without saying so`);
      await this.store.remove(ended);
    }
  }

  private pollFailed(error: unknown): void {
    this.store.drop();
    if (this.isLive() || this.hasLapsed) return;
    this.hasLapsed = true;
    this.logger.error(`The lease has run out, and calls are refused: ${String(error)}`);
    for (const listener of this.lapseListeners) listener();
  }

  private noteLive(): void {
    if (this.hasLapsed) this.logger.log('The lease is live again');
    this.hasLapsed = false;
  }

  /**
   * A process of the mode `single` serves alone. A row whose process was killed is no conflict, which shows when its beat
   * stands still.
   */
  private async assertCompatible(): Promise<void> {
    const first = new Map(this.conflicting().map(({ id, beat }) => [id, beat]));
    for (let others; (others = this.conflicting()).length > 0;) {
      const live = others.find(({ id, beat }) => beat > (first.get(id) ?? -1));
      if (live) throw new Error(conflictMessage(this.mode, live.mode));
      await sleep(RETRY_MS);
    }
  }

  private conflicting(): ReplicaRow[] {
    const others = this.replicas.filter(({ id }) => id !== this.id);
    return others.filter(({ mode }) => mode === 'single' || this.mode === 'single');
  }
}
