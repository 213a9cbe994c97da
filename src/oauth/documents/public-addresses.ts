import { BlockList, isIP } from 'node:net';

const listOf = (...blocks: readonly (readonly [address: string, bits: number])[]): BlockList => {
  const list = new BlockList();
  for (const [address, bits] of blocks) list.addSubnet(address, bits, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list;
};

/** Addresses of IPv4 that are nobody's in the public network (RFC 6890). Clouds tell secrets at some of them. */
const SPECIAL = listOf(
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
);
/** What IPv6 has given out, and the parts of it that lead elsewhere: tunnels to IPv4, and examples. */
const GLOBAL = listOf(['2000::', 3]);
const TUNNELS = listOf(['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]);

/** Returns whether an address is one of the public network. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !SPECIAL.check(address, 'ipv4');
  return GLOBAL.check(address, 'ipv6') && !TUNNELS.check(address, 'ipv6');
}
