import { maySignUp } from './sign-up-rule.js';

describe('maySignUp', () => {
  it('admits nobody while it is closed, and everybody while it is open', () => {
    expect(maySignUp('ada@example.com', 'closed')).toBe(false);
    expect(maySignUp('ada@example.com', 'open')).toBe(true);
  });

  it.each([
    ['ada@example.com', true],
    ['ada@EXAMPLE.com', true],
    ['ada@mail.example.com', false],
    ['ada@notexample.com', false],
    ['ada@example.com@evil.test', false],
  ])('compares the whole domain after the last @: %s', (email, expected) => {
    expect(maySignUp(email, ['example.com', 'example.org'])).toBe(expected);
  });
});
