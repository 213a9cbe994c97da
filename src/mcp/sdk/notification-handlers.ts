import { Injectable } from '@nestjs/common';
import type { Caller, CallerRequest } from '../../access/caller.js';
import { CallerCheck } from '../../access/caller-check.js';
import { TargetResolver } from '../registry/target-resolver.js';
import { refusalOfTarget } from '../call/call-access.js';

/** With whose key a client subscribed, or listens, and from where. */
export interface NotificationHandler {
  caller: Caller;
  ip: string;
}

export const notificationHandlerOf = ({ user, ip }: CallerRequest): NotificationHandler => ({
  caller: user!,
  ip,
});

/** The URIs of whose changes a client hears, with who subscribed to each. */
export type Subscriptions = Map<string, NotificationHandler>;

/** Looks anew whether somebody may read a resource: what outlasts a request is told only to those who still may. */
@Injectable()
export class NotificationHandlers {
  constructor(
    private readonly callers: CallerCheck,
    private readonly targets: TargetResolver,
  ) {}

  /** @param uri the resource that a notification is about; without it, the caller only has to be let in still */
  async mayReceive({ caller, ip }: NotificationHandler, uri?: string): Promise<boolean> {
    const present = await this.callers.recheck(caller, ip);
    if (present === undefined || uri === undefined) return present !== undefined;
    return !refusalOfTarget(this.targets.resolve('resources/read', { uri })!, present);
  }
}
