import { ServiceError } from './service-error.js';

/** How many long-lived responses may be open at once. */
export interface StreamLimits {
  ofUser: number;
  inAll: number;
}

/**
 * Before one more stream of a user is opened.
 * @param open the ids of the users whose streams are open, once for each stream
 * @throws ServiceError too_many_streams
 */
export function assertPlaceForStream(
  userId: string,
  open: readonly string[],
  { ofUser, inAll }: StreamLimits,
): void {
  const own = open.filter((id) => id === userId).length;
  if (own < ofUser && open.length < inAll) return;
  const whose = own < ofUser ? `${inAll} streams` : `${ofUser} streams of one user`;
  throw new ServiceError('too_many_streams', `There are ${whose} already. End one, or retry later`, {
    headers: { 'Retry-After': '10' },
  });
}
