import { ServiceError } from './service-error.js';

/** Bounds the number of long-lived responses. */
export interface StreamLimits {
  perUser: number;
  total: number;
}

/**
 * Checks that one more stream of a user may be opened.
 * @param open the user id of each open stream
 * @throws ServiceError too_many_streams
 */
export function assertStreamCapacity(
  userId: string,
  open: readonly string[],
  { perUser, total }: StreamLimits,
): void {
  const own = open.filter((id) => id === userId).length;
  if (own < perUser && open.length < total) return;
  const whose = own < perUser ? `${total} streams` : `${perUser} streams of one user`;
  throw new ServiceError('too_many_streams', `There are ${whose} already. End one, or retry later`, {
    headers: { 'Retry-After': '10' },
  });
}
