/** What refusals say in words. A code that is not listed is told by its own message. */
const TEXTS: Readonly<Record<string, string>> = {
  invalid_email_or_password: 'The e-mail address or the password is wrong.',
  invalid_email: 'Write a whole e-mail address, such as ada@example.com.',
  email_not_verified: 'Confirm your e-mail address first. We have sent you a mail with a link.',
  account_inactive: 'This account is deactivated. Ask an administrator.',
  sign_up_closed: 'You have no account here. Ask an administrator for an invitation.',
  invalid_name: 'Write your name in one line.',
  invalid_password: 'The password is wrong.',
  password_too_short: 'A password has at least 12 characters.',
  password_too_long: 'A password has at most 128 characters.',
  invalid_token: 'This link is not valid any more. Ask for a new one.',
  token_expired: 'This link is not valid any more. Ask for a new one.',
  user_not_found: 'This link is not valid any more. Ask for a new one.',
  invalid_code: 'The code is wrong, or was used already.',
  invalid_backup_code: 'The recovery code is wrong, or was used already.',
  invalid_two_factor_cookie: 'That took too long. Sign in again.',
  code_already_used: 'This code was used already. Wait for the next one.',
  second_factor_locked: 'There were too many wrong codes. Wait before the next one.',
  totp_already_enabled: 'There is an authenticator app already. Remove it first.',
  totp_not_enabled: 'There is no authenticator app to confirm. Begin again.',
  last_second_factor: 'You need a second factor. Add another one before you remove this one.',
  passkey_not_found: 'There is no such passkey any more.',
  mfa_required: 'Sign in with your second factor first.',
  session_not_fresh: 'Sign in again first.',
  access_denied: 'You have not allowed the sign-in.',
  unable_to_link_account: 'There is an account with this address already. Sign in to it as you did before.',
  account_not_linked: 'There is an account with this address already. Sign in to it as you did before.',
  signup_disabled: 'You have no account here. Ask an administrator for an invitation.',
  no_company: 'No company signs in with this address.',
  connection_not_found: 'Your company does not sign in here any more. Ask an administrator.',
  saml_expired: 'The answer of your company came too late. Try again.',
  saml_request_unknown: 'This browser has not begun the sign-in, or too long ago. Try again.',
  saml_wrong_domain: 'Your company has named an address that it may not. Ask an administrator.',
  csrf_refused: 'This form was not sent from a page of this service. Open the page again.',
};

export const OTHER_FAILURE = 'That did not work. Try again.';

/** Returns the words for a code, however it is written; `undefined` for one that no text is known for. */
export const textOf = (code: string): string | undefined => {
  const name = code.toLowerCase().replaceAll(' ', '_');
  return Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
};
