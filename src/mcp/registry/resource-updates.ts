import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import { Coherence } from '../../coherence/coherence.js';
import { Interests } from '../../coherence/interests.js';

const TOPIC = 'resources';

export interface ResourceUpdate {
  uri: string;
  /** Who is notified. Nobody else is. */
  userId: string;
}

/** What the processes tell each other. One of the version before reads the first user alone. */
interface PublishedUpdate extends ResourceUpdate {
  others?: readonly string[];
}

/** So many ids fit into one event. */
const USERS_AT_ONCE = 100;

/**
 * Announces that a resource has changed or was deleted. Clients of the users who may read it that subscribed to its URI are notified
 * (`notifications/resources/updated`), on whichever replica they listen.
 *
 * @example
 * ```ts
 * this.updates.tell(documentUri(id), ownerId);
 * ```
 */
@Injectable()
export class ResourceUpdates {
  private readonly logger = new Logger(ResourceUpdates.name);
  readonly changes = new Subject<ResourceUpdate>();

  constructor(
    private readonly coherence: Coherence,
    private readonly interests: Interests,
  ) {
    coherence.onEvent(TOPIC, (update) => this.announce(update as PublishedUpdate));
  }

  /** @param users the id of the user who may read the resource, or those of all who may */
  tell(uri: string, users: string | readonly string[]): void {
    const all = typeof users === 'string' ? [users] : users;
    for (let from = 0; from < all.length; from += USERS_AT_ONCE) {
      const [userId, ...others] = all.slice(from, from + USERS_AT_ONCE) as [string, ...string[]];
      const update = { uri, userId, ...(others.length > 0 && { others }) };
      this.announce(update);
      if (this.interests.othersHave(TOPIC)) this.publish(update);
    }
  }

  private announce({ uri, userId, others = [] }: PublishedUpdate): void {
    for (const one of [userId, ...others]) this.changes.next({ uri, userId: one });
  }

  private publish(update: PublishedUpdate): void {
    this.coherence
      .publish(TOPIC, update)
      .catch((error: unknown) =>
        this.logger.warn(`Other replicas do not learn of ${update.uri}: ${String(error)}`),
      );
  }
}
