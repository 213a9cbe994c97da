import { BlockList, isIP } from 'node:net';

const listOf = (...blocks: readonly (readonly [address: string, bits: number])[]): BlockList => {
  const list = new BlockList();
  for (const [address, bits] of blocks) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
};

const LOOPBACK = listOf(['127.0.0.0', 8], ['::1', 128]);
/** Addresses that no provider has. Clouds tell secrets at some of them. */
const NEVER = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
);
const PRIVATE = listOf(
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['fc00::', 7],
);

/**
 * Returns whether a connection to `target` may be made to an address. A provider is reached in a private network only under the
 * host that an administrator wrote, and on this machine only where that host is this machine. What a provider names itself is
 * public.
 */
export function mayReach(address: string, target: URL, issuer: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const { hostname } = new URL(issuer);
  if (LOOPBACK.check(address, family)) return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  if (NEVER.check(address, family)) return false;
  return !PRIVATE.check(address, family) || target.hostname === hostname;
}
