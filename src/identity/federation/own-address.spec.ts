import { domainOf, isOwnPath } from './own-address.js';

const OWN = 'https://bouncer.example.com';

describe('isOwnPath', () => {
  it.each([
    ['/', true],
    ['/console?tab=keys#first', true],
    [`${OWN}/console`, true],
    ['//evil.test', false],
    ['/\\evil.test', false],
    ['/.//evil.test', false],
    ['/a/..//evil.test', false],
    [`${OWN}//evil.test`, false],
    ['https://ada@bouncer.example.com/', false],
    ['/\t/evil.test', false],
    ['/%0a/x', true],
    ['/\u20ac', false],
    ['/%E2%82%AC', true],
    ['https://evil.test', false],
    ['https://bouncer.example.com.evil.test', false],
    ['https://bouncer.example.com@evil.test', false],
    ['http://bouncer.example.com', false],
    ['javascript:alert(1)', false],
    ['', false],
    [['/'], false],
  ])('%j: %s', (target, expected) => {
    expect(isOwnPath(target, OWN)).toBe(expected);
  });
});

describe('domainOf', () => {
  it('takes what follows the last @', () => {
    expect(domainOf('a@example.com@Evil.Test')).toBe('evil.test');
  });
});
