import { Injectable } from '@nestjs/common';
import type { ChangeReader } from './change.js';
import { Coherence } from './coherence.js';

/** What a process may want to hear of: rows of the audit as they are committed, and resources that change. */
export type Topic = 'audit' | 'resources';

/**
 * Knows which topics any process wants to hear of, so that a notification is sent only where somebody listens: each one
 * takes a lock of the whole PostgreSQL server at its commit.
 */
@Injectable()
export class Interests {
  /** The topics with the rows of the replicas; nothing before they were read. */
  private replicas: ReadonlyMap<string, ReadonlySet<string>> | undefined;

  /** What this process listens to, once the others know. */
  private readonly added = new Map<Topic, Promise<void>>();

  constructor(private readonly coherence: Coherence) {
    coherence.register({
      kinds: ['interest'],
      apply: (_, read) => this.load(read),
      reset: (read) => this.load(read),
    });
  }

  /** Returns whether anybody may listen, this process included. A process that does not know says so. */
  has(topic: Topic): boolean {
    return this.replicas === undefined || this.replicas.has(topic);
  }

  /** Returns whether another process may listen. */
  othersHave(topic: Topic): boolean {
    if (this.replicas === undefined) return true;
    return [...(this.replicas.get(topic) ?? [])].some((replica) => replica !== this.coherence.replicaId);
  }

  /** Tells all processes that this one listens. It returns when they know. @throws Error when PostgreSQL does not answer */
  add(topic: Topic): Promise<void> {
    let added = this.added.get(topic);
    if (!added) {
      added = this.tell(topic);
      this.added.set(topic, added);
      added.catch(() => this.added.delete(topic));
    }
    return added;
  }

  /** Tells them that it does not listen any more. */
  remove(topic: Topic): void {
    if (!this.added.delete(topic)) return;
    void this.coherence.unwant(topic).catch(() => undefined);
  }

  private async tell(topic: Topic): Promise<void> {
    if (await this.coherence.want(topic)) await this.coherence.settle();
  }

  private async load(read: ChangeReader): Promise<void> {
    const rows = await read<{ topic: string; replica: string }>(
      'SELECT topic, replica FROM coherence_interests',
    );
    const replicas = new Map<string, Set<string>>();
    for (const { topic, replica } of rows)
      replicas.set(topic, (replicas.get(topic) ?? new Set()).add(replica));
    this.replicas = replicas;
  }
}
