import { hasSecondFactor, isMfaRequired, methodsIn, methodsOf } from './methods.js';

describe('The methods of a session', () => {
  it.each([
    ['/sign-in/email', undefined, ['password'], false],
    ['/passkey/verify-authentication', undefined, ['passkey'], true],
    ['/two-factor/verify-totp', undefined, ['password', 'totp'], true],
    ['/two-factor/verify-backup-code', undefined, ['password', 'recovery_code'], true],
    ['/two-factor/verify-totp', ['provider'] as const, ['provider', 'totp'], true],
    ['/two-factor/disable', ['password', 'totp'] as const, ['password'], false],
    ['/two-factor/disable', ['passkey'] as const, ['passkey'], true],
    ['/change-password', ['password', 'totp'] as const, ['password', 'totp'], true],
    ['/callback/:id', ['passkey'] as const, ['provider'], false],
    ['/sso/callback/:providerId', undefined, ['provider'], false],
    ['/some/other', ['passkey'] as const, [], false],
  ])('that %s makes after %j are %j', (path, before, methods, second) => {
    expect(methodsOf(path, before)).toEqual(methods);
    expect(hasSecondFactor(methodsOf(path, before))).toBe(second);
  });

  it('are read from the column, and what is unknown is no method', () => {
    expect(methodsIn('password totp')).toEqual(['password', 'totp']);
    expect([methodsIn(''), methodsIn(null), methodsIn('mfa')]).toEqual([[], [], []]);
  });

  it.each([
    ['none', 'admin', false],
    ['admins', 'admin', true],
    ['admins', 'auditor', false],
    ['all', 'member', true],
  ] as const)(
    'must have a second factor where MFA_REQUIRED=%s and the role is %s: %s',
    (required, role, is) => {
      expect(isMfaRequired(required, role)).toBe(is);
    },
  );
});
