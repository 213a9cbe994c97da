import { nextPath } from './next-path.js';

describe('nextPath', () => {
  it.each(['/', '/console', '/oauth2/authorize?client_id=a%2Fb&x=1', '/console#keys'])(
    'is a path of the service: %s',
    (next) => expect(nextPath(next)).toBe(next),
  );

  it.each([
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/\t/evil.test',
    '/.//evil.test',
    '/a/..//evil.test',
    'javascript:alert(1)',
    ' /console',
    'console',
    '',
    `/${'a'.repeat(9_000)}`,
    undefined,
  ])('is nothing for what may lead elsewhere: %j', (next) => expect(nextPath(next)).toBeUndefined());
});
