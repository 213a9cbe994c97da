import { Injectable } from '@nestjs/common';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';
import { TargetResolver } from '../registry/target-resolver.js';
import { refusalOfTarget } from '../call/call-access.js';

/** Says which caller subscribed or listens, and from which address. */
export interface NotificationHandler {
  caller: Caller;
  ip: string;
}

export const notificationHandlerOf = ({ user, ip }: CallerRequest): NotificationHandler => ({
  caller: user!,
  ip,
});

/** Maps the URIs that a client subscribed to, to who subscribed to each. */
export type Subscriptions = Map<string, NotificationHandler>;

/**
 * Checks again whether a subscriber may read a resource. A subscription outlasts its request, so each notification
 * needs a new check.
 */
@Injectable()
export class NotificationHandlers {
  constructor(
    private readonly callers: CallerCheck,
    private readonly targets: TargetResolver,
  ) {}

  /** @param uri the resource of the notification; without it only the key is checked */
  async mayReceive({ caller, ip }: NotificationHandler, uri?: string): Promise<boolean> {
    const present = await this.callers.recheck(caller, ip);
    if (present === undefined || uri === undefined) return present !== undefined;
    return !refusalOfTarget(this.targets.resolve('resources/read', { uri })!, present);
  }
}
