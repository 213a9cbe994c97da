import { Logger } from '@nestjs/common';
import { newId } from '../common/new-id.js';
import { sleep } from '../common/timeouts.js';
import type { ChangeListeners } from './change.js';
import type { CoherenceMode, CoherenceStore, ReplicaRow } from './coherence-store.js';
import { expiryOfLeasesMs, Lease } from './lease.js';
import { PollLoop } from './poll-loop.js';
import { ReplicaWatch } from './replica-watch.js';
import type { Settlements } from './settlements.js';

const LOOK_MS = 100;

export interface MembershipOptions {
  mode: CoherenceMode;
  leaseMs: number;
  pollMs: number;
  /** Whether no other process can serve on the database, whatever its rows say. */
  isAlone: boolean;
}

interface Parts {
  store: CoherenceStore;
  listeners: ChangeListeners;
  settlements: Settlements;
}

const conflictMessage = (own: CoherenceMode, other: CoherenceMode) =>
  `Another process serves on this database with COHERENCE=${other}. Beside it, COHERENCE=${own} does not work: stop that one, or set COHERENCE=replicas for all`;

/** Is this process's place among those that serve on one database: its row, its polls and its lease. */
export class Membership {
  private readonly logger = new Logger('Coherence');
  /** The id of the row, which is another one whenever it is written anew. */
  private id = newId();
  private readonly lease: Lease;
  private readonly watch: ReplicaWatch;
  private readonly loop: PollLoop;
  private readonly lapseListeners: (() => void)[] = [];
  /** What the process wants to hear of. */
  private readonly topics = new Set<string>();
  private hasJoined = false;
  /** Whether the process only applies changes, and no writer waits for it. */
  private isFollower = false;
  private hasLapsed = false;
  /** Whether a process of the mode `single` was taken for ended, so that others may serve since. */
  private isContested = false;
  /** Whether changes may have been missed, as before the first poll. */
  private mustReset = true;
  /** Whether the others have not been told yet what this process has applied. */
  private tells = false;
  /** The epoch up to which all changes are applied. */
  applied = 0;
  replicas: readonly ReplicaRow[] = [];

  constructor(
    private readonly options: MembershipOptions,
    private readonly parts: Parts,
  ) {
    this.lease = new Lease(options.leaseMs);
    this.watch = new ReplicaWatch(expiryOfLeasesMs(options.leaseMs));
    this.loop = new PollLoop(
      options.pollMs,
      () => this.poll(),
      (error) => this.pollFailed(error),
    );
  }

  /** @throws Error when PostgreSQL does not answer, or when a process is there that this one cannot serve beside */
  async join(): Promise<void> {
    const { store } = this.parts;
    this.hasJoined = true;
    if (this.options.isAlone) await store.removeAll();
    await this.loop.start();
    await this.assertCompatible();
  }

  /** The id of this process's row. It changes when the process joins again. */
  get replicaId(): string {
    return this.id;
  }

  /** @returns whether the others have to learn of it */
  async want(topic: string): Promise<boolean> {
    if (!this.hasJoined || this.topics.has(topic)) return false;
    this.topics.add(topic);
    await this.parts.store.addInterest(topic, this.id);
    return true;
  }

  async unwant(topic: string): Promise<void> {
    if (this.topics.delete(topic)) await this.parts.store.removeInterest(topic, this.id);
  }

  /** Applies changes without a row. @throws Error when PostgreSQL does not answer */
  async follow(): Promise<void> {
    this.isFollower = true;
    await this.loop.start();
  }

  /** Applies what was committed before now. @throws Error when PostgreSQL does not answer */
  refresh(): Promise<void> {
    return this.loop.next();
  }

  /** Nothing is trusted any more before the writers stop waiting for this process. */
  async leave(): Promise<void> {
    const { store } = this.parts;
    await this.loop.stop();
    if (this.hasJoined) {
      this.lease.end();
      await store.leave(this.id).catch(() => undefined);
    }
    store.drop();
  }

  wake(): void {
    this.loop.wake();
  }

  onLapse(listener: () => void): void {
    this.lapseListeners.push(listener);
  }

  isLive(now: number): boolean {
    return this.options.mode === 'single' ? !this.isContested : this.lease.isLive(now);
  }

  leftMs(): number {
    return this.options.mode === 'single' ? 0 : Math.round(this.lease.leftMs());
  }

  /** @returns whether to poll again at once */
  private async poll(): Promise<boolean> {
    const { store, listeners, settlements } = this.parts;
    const sampledAt = performance.now();
    const poll = await store.poll(this.id, this.applied, this.tells);
    const { isMember, epoch, changes, replicas } = poll;
    this.tells = false;
    // Not after the changes were applied: a writer may begin to wait meanwhile for a replica that is not among these yet.
    settlements.see(replicas);
    if (!isMember && !this.isFollower) {
      await this.enter();
      return true;
    }
    if (this.mustReset || epoch < this.applied || !changes) await listeners.reset(store.read);
    else if (changes.length > 0) await listeners.apply(changes, store.read);
    this.tells = this.mustReset || epoch !== this.applied;
    this.mustReset = false;
    this.applied = epoch;
    this.lease.extend(sampledAt);
    this.noteLive();
    this.replicas = replicas;
    if (this.isContested) this.isContested = this.conflicting().length > 0;
    await this.removeEnded(poll.connection);
    return this.tells;
  }

  /** Writes the row anew. Without it, others may have changed things without waiting for this process. */
  private async enter(): Promise<void> {
    this.isContested = this.applied > 0 && this.options.mode === 'single';
    this.mustReset = true;
    this.id = newId();
    await this.parts.store.join(this.id, this.options.mode, [...this.topics]);
  }

  private async removeEnded(connection: object): Promise<void> {
    for (const ended of this.watch.observe(this.others(), connection)) {
      this.logger.warn(`The replica ${ended.id} has ended without saying so`);
      await this.parts.store.remove(ended, connection);
    }
  }

  private pollFailed(error: unknown): void {
    this.parts.store.drop();
    if (this.isLive(performance.now()) || this.hasLapsed) return;
    this.hasLapsed = true;
    this.logger.error(`The lease has run out, and calls are refused: ${String(error)}`);
    for (const listener of this.lapseListeners) listener();
  }

  private noteLive(): void {
    if (this.hasLapsed) this.logger.log('The lease is live again');
    this.hasLapsed = false;
  }

  /**
   * A process of the mode `single` serves alone. The row of a process that was killed is no conflict, which shows when its beat
   * stands still.
   */
  private async assertCompatible(): Promise<void> {
    const first = new Map(this.conflicting().map(({ id, beat }) => [id, beat]));
    for (let others; (others = this.conflicting()).length > 0;) {
      const live = others.find(({ id, beat }) => beat > (first.get(id) ?? -1));
      if (live) throw new Error(conflictMessage(this.options.mode, live.mode));
      await sleep(LOOK_MS);
    }
  }

  private conflicting(): ReplicaRow[] {
    return this.others().filter(({ mode }) => mode === 'single' || this.options.mode === 'single');
  }

  private others(): ReplicaRow[] {
    return this.replicas.filter(({ id }) => id !== this.id);
  }
}
