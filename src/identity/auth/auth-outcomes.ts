/** What the library made of a request, for its audit row. */
export interface AuthOutcome {
  /** The path below `/auth`, as the library matches it. */
  path: string;
  /** The user whom the request concerns, where it shows. */
  user: { id: string; name: string } | undefined;
  /** The provider that a person signs in by, as the library knows it. */
  provider?: string;
  /** The action of the row, where the path alone does not say it. */
  action?: string;
  /** Whether a password was wrong, where the library does not answer 401. */
  isGuess?: boolean;
  /** The status of the answer, where the library calls a refusal a failure of its own. */
  status?: number;
  metadata?: Record<string, unknown>;
}

const outcomes = new WeakMap<Request, AuthOutcome>();

export const noteOutcome = (request: Request, outcome: AuthOutcome): void =>
  void outcomes.set(request, outcome);

export const outcomeOf = (request: Request): AuthOutcome | undefined => outcomes.get(request);

/**
 * Names the action of the audit row of each path that changes something. A path that is not listed has no row.
 */
export const AUDITED_PATHS: Readonly<Record<string, string>> = {
  '/sign-up/email': 'identity.sign_up',
  '/sign-in/email': 'identity.sign_in',
  '/callback/:id': 'identity.sign_in',
  '/sso/callback/:providerId': 'identity.sign_in',
  '/sso/saml/:providerId/acs': 'identity.sign_in',
  '/sign-out': 'identity.sign_out',
  '/verify-email': 'identity.verify_email',
  '/request-password-reset': 'identity.request_password_reset',
  '/reset-password': 'identity.reset_password',
  '/change-password': 'identity.change_password',
  '/update-user': 'identity.update_user',
  '/two-factor/enable': 'identity.begin_second_factor',
  '/two-factor/disable': 'identity.remove_second_factor',
  '/two-factor/verify-totp': 'identity.sign_in',
  '/two-factor/verify-backup-code': 'identity.use_recovery_code',
  '/two-factor/generate-backup-codes': 'identity.make_recovery_codes',
  '/passkey/verify-registration': 'identity.add_second_factor',
  '/passkey/verify-authentication': 'identity.sign_in',
  '/passkey/delete-passkey': 'identity.remove_second_factor',
  '/passkey/update-passkey': 'identity.rename_passkey',
  '/revoke-session': 'identity.end_session',
  '/revoke-sessions': 'identity.end_sessions',
  '/revoke-other-sessions': 'identity.end_sessions',
};
