import { normalizeIp } from '@nestjs/throttler';

/**
 * Returns the network of an address: an IPv4 address itself, also when it is written as IPv6, and the /64 of an IPv6
 * address, because a client usually controls the whole /64.
 */
export const networkOf = (ip: string): string => normalizeIp(ip, 64);
