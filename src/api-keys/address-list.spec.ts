import fc from 'fast-check';
import { AddressList, isAddressOrBlock } from './address-list.js';

// A second implementation, over 128-bit numbers: an IPv4 address stands at ::ffff:0:0/96 (RFC 4291, 2.5.5.2).
const MAPPED = 0xffffn << 32n;
const ALL_BITS = 128n;

function toNumber(address: string): bigint {
  if (!address.includes(':')) return MAPPED | v4ToNumber(address);
  const [head = '', tail] = address.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => 0n);
  return [...front, ...zeros, ...back].reduce((sum, group) => (sum << 16n) | group, 0n);
}

function groupsOf(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const number = v4ToNumber(group);
    return [number >> 16n, number & 0xffffn];
  });
}

const v4ToNumber = (text: string): bigint =>
  text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);

function isWithin(block: string, ip: string): boolean {
  const [address = '', bits] = block.split('/');
  const width = address.includes(':') ? 128 : 32;
  const free = BigInt(width - Number(bits ?? width));
  return toNumber(address) >> free === toNumber(ip) >> free;
}

const v4Text = (number: bigint): string =>
  [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 0xffn).join('.');
const v6Text = (number: bigint): string =>
  Array.from({ length: 8 }, (_, i) => ((number >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)).join(':');

/** An address near another: only the bits from some place on differ, so that blocks are hit and just missed. */
const near = (number: bigint, width: number) =>
  fc
    .record({
      keep: fc.integer({ min: 0, max: width }),
      noise: fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }),
    })
    .map(({ keep, noise }) => number ^ (noise >> BigInt(keep)));

const number32 = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
const number128 = fc.bigInt({ min: 0n, max: (1n << ALL_BITS) - 1n });

const v4Case = fc
  .record({ number: number32, bits: fc.integer({ min: 0, max: 32 }) })
  .chain(({ number, bits }) =>
    near(number, 32).map((ip) => ({ block: `${v4Text(number)}/${bits}`, ip: v4Text(ip) })),
  );
const v6Case = fc
  .record({ number: number128, bits: fc.integer({ min: 0, max: 128 }) })
  .chain(({ number, bits }) =>
    near(number, 128).map((ip) => ({ block: `${v6Text(number)}/${bits}`, ip: v6Text(ip) })),
  );

describe('AddressList', () => {
  it('decides IPv4 blocks as arithmetic does', () => {
    fc.assert(
      fc.property(v4Case, ({ block, ip }) => new AddressList([block]).contains(ip) === isWithin(block, ip)),
      { numRuns: 2000 },
    );
  });

  it('decides IPv6 blocks as arithmetic does', () => {
    fc.assert(
      fc.property(v6Case, ({ block, ip }) => new AddressList([block]).contains(ip) === isWithin(block, ip)),
      { numRuns: 2000 },
    );
  });

  it('decides an IPv4 address that arrives as IPv6 as the IPv4 address', () => {
    const spellings = fc.constantFrom<(ip: string) => string>(
      (ip) => `::ffff:${ip}`,
      (ip) => `::FFFF:${ip}`,
      (ip) => `0:0:0:0:0:ffff:${ip}`,
      (ip) => v6Text(toNumber(ip)),
    );
    fc.assert(
      fc.property(
        v4Case,
        spellings,
        ({ block, ip }, spell) => new AddressList([block]).contains(spell(ip)) === isWithin(block, ip),
      ),
      { numRuns: 1000 },
    );
  });

  it('accepts every spelling of an address', () => {
    fc.assert(fc.property(fc.ipV6(), (ip) => new AddressList([ip]).contains(v6Text(toNumber(ip)))));
  });

  it('contains what any of its entries contains', () => {
    const cases = fc.array(fc.oneof(v4Case, v6Case), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cases, (list) => {
        const blocks = list.map(({ block }) => block);
        const addresses = new AddressList(blocks);
        return list.every(({ ip }) => addresses.contains(ip) === blocks.some((block) => isWithin(block, ip)));
      }),
    );
  });

  it.each([
    ['192.0.2.0/24', '192.0.2.255', '192.0.3.0'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.8'],
    ['192.0.2.7/32', '192.0.2.7', '192.0.2.6'],
    ['192.0.2.99/24', '192.0.2.1', '192.0.1.99'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::'],
    ['2001:db8::1', '2001:0DB8:0::0001', '2001:db8::2'],
    ['::1/128', '::1', '127.0.0.1'],
    ['0.0.0.0/0', '203.0.113.9', '2001:db8::1'],
    ['::ffff:192.0.2.0/120', '192.0.2.9', '192.0.3.9'],
  ])('%s contains %s and not %s', (entry, inside, outside) => {
    const addresses = new AddressList([entry]);
    expect(addresses.contains(inside)).toBe(true);
    expect(addresses.contains(outside)).toBe(false);
  });

  it('contains nothing when it is empty', () => {
    expect(new AddressList([]).contains('127.0.0.1')).toBe(false);
    expect(new AddressList([]).contains('::1')).toBe(false);
  });

  it('accepts a link-local address with its interface', () => {
    expect(new AddressList(['fe80::/10']).contains('fe80::1%eth0')).toBe(true);
    expect(new AddressList(['2001:db8::/32']).contains('fe80::1%eth0')).toBe(false);
  });

  it('does not contain a text that is not an address', () => {
    const everything = new AddressList(['0.0.0.0/0', '::/0']);
    for (const text of [
      '',
      'localhost',
      '1.2.3',
      '1.2.3.4.5',
      '::ffff:',
      '::ffff:1.2.3',
      '1.2.3.4/32',
      '::g',
    ]) {
      expect(everything.contains(text)).toBe(false);
    }
  });
});

describe('isAddressOrBlock', () => {
  it('accepts addresses and blocks of both families', () => {
    const entries = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, bits]) => `${ip}/${bits}`),
      fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })).map(([ip, bits]) => `${ip}/${bits}`),
    );
    fc.assert(fc.property(entries, isAddressOrBlock));
  });

  it.each([
    '',
    ' ',
    'localhost',
    '192.0.2.256',
    '192.0.2',
    '010.0.0.1',
    '192.0.2.0/33',
    '192.0.2.0/-1',
    '192.0.2.0/',
    '192.0.2.0/a',
    '192.0.2.0/24/24',
    '192.0.2.0/255.255.255.0',
    '192.0.2.0 /24',
    '192.0.2.0/24 ',
    '192.0.2.0/24\n',
    '192.0.2.1,192.0.2.2',
    '*',
    '2001:db8::/129',
    '2001:db8:::',
    '2001:db8::g',
    '[2001:db8::1]',
    'fe80::1%eth0',
    '::ffff:192.0.2.0/129',
  ])('refuses %j', (entry) => {
    expect(isAddressOrBlock(entry)).toBe(false);
  });

  it('refuses a value that is not a string', () => {
    for (const entry of [undefined, null, 1, 0x7f000001, {}, ['192.0.2.1']]) {
      expect(isAddressOrBlock(entry)).toBe(false);
    }
  });

  it('accepts only entries that a list can contain', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'0123456789abcdef:./% '), maxLength: 24 });
    fc.assert(
      fc.property(texts, (text) => !isAddressOrBlock(text) || new AddressList([text]) instanceof AddressList),
      { numRuns: 2000 },
    );
  });
});
