import { ServiceError } from '../../errors/service-error.js';
import type { CallStop, Registered } from '../definitions/primitive.js';
import { type CallTarget, describeTarget } from './call-target.js';

/** Returns whether a handler is stopped now. */
export const isStopped = ({ stop }: Pick<Registered, 'stop'>): boolean =>
  stop !== undefined && (stop.until === null || stop.until.getTime() > Date.now());

/** Returns the refusal of a call whose handler an administrator has stopped. Its message is for the model. */
export function stopOf(target: CallTarget): ServiceError | undefined {
  const { entry } = target;
  if (!entry?.stop || !isStopped(entry)) return undefined;
  const what = entry.stop.ofAll ? 'All calls are stopped' : `The ${describeTarget(target)} is switched off`;
  return callStopped(`${what} by an administrator`, entry.stop);
}

function callStopped(what: string, { message, until }: CallStop): ServiceError {
  const end = until === null ? '' : ` until ${until.toISOString()}`;
  const reason = message === null ? '' : ` ${message}`;
  return new ServiceError('call_stopped', `${what}${end}.${reason}`, {
    data: { until: until?.toISOString() ?? null },
  });
}
