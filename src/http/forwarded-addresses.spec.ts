import { forwardedAddresses } from './forwarded-addresses.js';

describe('The addresses of X-Forwarded-For', () => {
  it.each([
    ['192.0.2.1, 198.51.100.7', ['192.0.2.1', '198.51.100.7']],
    ['192.0.2.1:4711', ['192.0.2.1']],
    ['[2001:db8::1]:443 , 2001:db8::2', ['2001:db8::1', '2001:db8::2']],
    ['[2001:db8::1]', ['2001:db8::1']],
  ])('are read from %s without ports', (header, addresses) => {
    expect(forwardedAddresses(header)).toEqual(addresses);
  });

  it.each(['unknown', '', '_hidden', '999.0.2.1', '192.0.2.1:', '[192.0.2.1', '<b>', '1.2.3.4:99:1'])(
    'end at %p, which is not an address',
    (entry) => {
      expect(forwardedAddresses(`192.0.2.1, ${entry}, 198.51.100.7`)).toEqual(['198.51.100.7']);
      expect(forwardedAddresses(entry)).toEqual([]);
    },
  );
});
