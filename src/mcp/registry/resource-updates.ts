import { Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';

export interface ResourceUpdate {
  uri: string;
  /** Whose resource it is: nobody else is told. */
  userId: string;
}

/**
 * Where a room says that a resource has changed or is gone. Clients of its owner that subscribed to its URI are told
 * (`notifications/resources/updated`), by this process alone: a replica does not hear of another's changes.
 *
 * @example `this.updates.tell(documentUri(id), ownerId)`
 */
@Injectable()
export class ResourceUpdates {
  readonly changes = new Subject<ResourceUpdate>();

  tell(uri: string, userId: string): void {
    this.changes.next({ uri, userId });
  }
}
