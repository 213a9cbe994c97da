import { Injectable, Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import { Coherence } from '../../coherence/coherence.js';
import { Interests } from '../../coherence/interests.js';

const TOPIC = 'resources';

export interface ResourceUpdate {
  uri: string;
  /** The owner of the resource. Nobody else is notified. */
  userId: string;
}

/**
 * Announces that a resource has changed or was deleted. Clients of its owner that subscribed to its URI are notified
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
    coherence.onEvent(TOPIC, (update) => this.changes.next(update as ResourceUpdate));
  }

  tell(uri: string, userId: string): void {
    const update = { uri, userId };
    this.changes.next(update);
    if (!this.interests.othersHave(TOPIC)) return;
    this.coherence
      .publish(TOPIC, update)
      .catch((error: unknown) => this.logger.warn(`Other replicas do not learn of ${uri}: ${String(error)}`));
  }
}
