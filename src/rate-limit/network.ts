import { normalizeIp } from '@nestjs/throttler';

/**
 * The network behind an address: an IPv4 address as it is, also one that arrives as IPv6, and the /64 of an IPv6
 * address, for whoever has one mostly has the 2^64 of its network.
 */
export const networkOf = (ip: string): string => normalizeIp(ip, 64);
