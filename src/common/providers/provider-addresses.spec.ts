import { mayReach } from './provider-addresses.js';

const ISSUER = 'https://login.example.com';

describe('mayReach', () => {
  it.each([
    ['a public address', '93.184.216.34', 'https://keys.example.net/jwks', ISSUER, true],
    ['a private address of the issuer itself', '10.1.2.3', `${ISSUER}/jwks`, ISSUER, true],
    ['a private address of a host that the provider names', '10.1.2.3', 'https://x.test/', ISSUER, false],
    ['this machine for another host', '127.0.0.1', `${ISSUER}/jwks`, ISSUER, false],
    ['this machine as an IPv4 address in IPv6', '::ffff:127.0.0.1', `${ISSUER}/jwks`, ISSUER, false],
    [
      'this machine where the issuer is on it',
      '127.0.0.1',
      'http://localhost:1/',
      'http://localhost:1',
      true,
    ],
    ['the metadata of a cloud', '169.254.169.254', `${ISSUER}/jwks`, ISSUER, false],
    ['no address at all', '0.0.0.0', `${ISSUER}/jwks`, ISSUER, false],
  ])('%s: %s', (_, address, target, issuer, expected) => {
    expect(mayReach(address, new URL(target), issuer)).toBe(expected);
  });
});
