import { BlockList, isIP } from 'node:net';

/** Holds the IPv4 and IPv6 addresses and CIDR blocks that a key may be used from. */
export class AddressList {
  private readonly blocks = new BlockList();

  /** @param entries as accepted by {@link isAddressOrBlock} */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const { address, family, bits } = parse(entry)!;
      if (bits === undefined) this.blocks.addAddress(address, family);
      else this.blocks.addSubnet(address, bits, family);
    }
  }

  /**
   * Returns whether an address is in the list. An IPv4-mapped IPv6 address (`::ffff:192.0.2.1`) counts as the IPv4
   * address.
   */
  contains(ip: string): boolean {
    const plain = ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
    const version = isIP(plain);
    return version !== 0 && this.blocks.check(plain, version === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Returns whether the text is an address or a CIDR block. */
export const isAddressOrBlock = (entry: unknown): entry is string =>
  typeof entry === 'string' && parse(entry) !== undefined;

function parse(entry: string): { address: string; family: 'ipv4' | 'ipv6'; bits?: number } | undefined {
  const [, address = '', bitsText] = /^([^/%\s]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bitsText === undefined) return { address, family };
  const bits = Number(bitsText);
  return bits <= (version === 6 ? 128 : 32) ? { address, family, bits } : undefined;
}
