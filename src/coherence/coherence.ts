import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId } from '../common/new-id.js';
import { sleep } from '../common/timeouts.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type ChangeListener, ChangeListeners, concerned, type CallerIds } from './change.js';
import { type CoherenceEvent, type CoherenceMode, CoherenceStore } from './coherence-store.js';
import { expiryOfLeasesMs } from './lease.js';
import { leaseExpired } from './lease-expired.js';
import { Membership } from './membership.js';
import { Settlements } from './settlements.js';

/** How often a lease is extended while it lasts. */
const POLLS_PER_LEASE = 6;
/** The share of a lease after which an answer of PostgreSQL counts as lost. */
const ANSWERS_PER_LEASE = 3;
/** How often a process polls that no lease depends on. Notifications tell it of changes meanwhile. */
const ALONE_POLL_MS = 10_000;
const RETRY_MS = 100;

/** Says what a change waited for. */
export interface Settled {
  /** The processes that serve, this one included. None of them trusts anything older than the change. */
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

/**
 * Keeps what the processes of a service have in memory true to the database. Each process polls the changes and may trust
 * its memory for a while after that: its lease. A change that takes power away waits until every process has applied it
 * or has lost its lease. Decision 0027 describes the protocol, and `test/coherence-model` checks a model of it.
 *
 * In the mode `single` the service is one process, which needs no lease.
 */
@Injectable()
export class Coherence implements OnApplicationShutdown {
  readonly mode: CoherenceMode;
  private readonly processId = newId();
  private readonly expiryMs: number;
  private readonly listeners = new ChangeListeners();
  private readonly eventHandlers = new Map<string, (data: unknown) => void>();
  private readonly settlements = new Settlements();
  private readonly store: CoherenceStore;
  private readonly membership: Membership;

  constructor(
    @InjectSettings() { coherence: { mode, leaseMs }, databaseUrl }: Settings,
    @InjectDataSource() dataSource: DataSource,
  ) {
    this.mode = mode;
    this.expiryMs = expiryOfLeasesMs(leaseMs);
    const { settlements, listeners } = this;
    const store = new CoherenceStore(dataSource, leaseMs / ANSWERS_PER_LEASE, {
      changed: () => this.membership.wake(),
      applied: (id, epoch) => settlements.applied(id, epoch),
      event: (event) => this.receive(event),
    });
    this.store = store;
    // An embedded PostgreSQL belongs to one process.
    const isAlone = mode === 'single' && databaseUrl === undefined;
    const pollMs = isAlone ? ALONE_POLL_MS : leaseMs / POLLS_PER_LEASE;
    this.membership = new Membership({ mode, leaseMs, pollMs, isAlone }, { store, listeners, settlements });
  }

  /** Registers a part of the service that holds something in memory. */
  register(listener: ChangeListener): void {
    this.listeners.add(listener);
  }

  /**
   * Calls `listener` when keys, users, sessions or grants have changed, for what is bound to a caller.
   * @param listener is given a test for those that changed; after missed changes, all may have
   */
  onCallersChanged(listener: (isConcerned: (caller: CallerIds) => boolean) => void): void {
    this.register({
      kinds: ['key', 'user', 'session', 'grant'],
      apply: (changes) => listener(concerned(changes)),
      reset: () => listener(() => true),
    });
  }

  /** Calls `listener` when the lease has run out, for what acts without being asked, such as an open stream. */
  onLapse(listener: () => void): void {
    this.membership.onLapse(listener);
  }

  /** Calls `handler` with the events of a topic that other processes publish. */
  onEvent(topic: string, handler: (data: unknown) => void): void {
    this.eventHandlers.set(topic, handler);
  }

  /** Sends an event to the other processes. PostgreSQL carries at most 8000 bytes. @throws Error when it does not take it */
  publish(topic: string, data: unknown): Promise<void> {
    return this.store.publish({ topic, from: this.processId, data });
  }

  /** The id of this process among those that serve. */
  get replicaId(): string {
    return this.membership.replicaId;
  }

  /** Notes that this process wants to hear of a topic. @returns whether the others have to learn of it */
  want(topic: string): Promise<boolean> {
    return this.membership.want(topic);
  }

  unwant(topic: string): Promise<void> {
    return this.membership.unwant(topic);
  }

  /** Whether memory may be trusted now. */
  isLive(now = performance.now()): boolean {
    return this.membership.isLive(now);
  }

  /** @throws ServiceError `lease_expired` while memory must not be trusted */
  assertLive(now = performance.now()): void {
    if (!this.membership.isLive(now)) throw leaseExpired();
  }

  /** Returns the number of processes that serve, this one included. */
  count(): number {
    return Math.max(1, this.membership.replicas.length);
  }

  state(): CoherenceState {
    return {
      mode: this.mode,
      status: this.isLive() ? 'ok' : 'lapsed',
      replicas: this.count(),
      epoch: this.membership.applied,
      leaseMs: this.membership.leftMs(),
    };
  }

  /**
   * Joins the other processes. It returns once the lease is live.
   * @throws Error when PostgreSQL does not answer, or when a process is there that this one cannot serve beside
   */
  join(): Promise<void> {
    return this.membership.join();
  }

  /**
   * Applies changes without being one of the processes that a change waits for. Such a process calls {@link refresh} before
   * each request.
   * @throws Error when PostgreSQL does not answer
   */
  follow(): Promise<void> {
    return this.membership.follow();
  }

  /** Applies what was committed before now. @throws Error when PostgreSQL does not answer */
  refresh(): Promise<void> {
    return this.membership.refresh();
  }

  /**
   * Waits until no process trusts anything older than what is committed now. Call it after the commit of a change that takes
   * power away, before it is answered.
   */
  async settle(): Promise<Settled> {
    const committedAt = performance.now();
    const leftMs = () => committedAt + this.expiryMs - performance.now();
    const state = await this.stateBefore(leftMs);
    if (state) {
      this.membership.wake();
      await this.settlements.wait(state.epoch, state.replicas, leftMs());
    }
    return { replicas: this.count(), waitedMs: Math.round(performance.now() - committedAt) };
  }

  onApplicationShutdown(): Promise<void> {
    return this.membership.leave();
  }

  private receive({ topic, from, data }: CoherenceEvent): void {
    if (from !== this.processId) this.eventHandlers.get(topic)?.(data);
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
}
