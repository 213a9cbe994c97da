import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

export interface ResourceUpdate {
  uri: string;
  /** The owner of the resource. Nobody else is notified. */
  userId: string;
}

/**
 * Announces that a resource has changed or was deleted. Clients of its owner that subscribed to its URI are notified
 * (`notifications/resources/updated`). Only clients of this process are: replicas do not learn of each other's
 * changes.
 *
 * @example
 * ```ts
 * this.updates.tell(documentUri(id), ownerId);
 * ```
 */
@Injectable()
export class ResourceUpdates {
  readonly changes = new Subject<ResourceUpdate>();

  tell(uri: string, userId: string): void {
    this.changes.next({ uri, userId });
  }
}
