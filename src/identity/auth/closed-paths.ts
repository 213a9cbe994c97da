/**
 * Paths of the library that the service does not serve. A session could guess its person's password by them without the
 * waits of wrong passwords, or change by which accounts of other services the person signs in, without an audit row. What
 * the others do is done by REST, or by nobody.
 */
export const CLOSED_PATHS: readonly string[] = [
  '/verify-password',
  '/update-session',
  '/list-accounts',
  '/link-social',
  '/unlink-account',
  '/account-info',
  '/get-access-token',
  '/refresh-token',
  '/change-email',
  '/delete-user',
  '/delete-user/callback',
  '/token',
  '/device',
  '/device/token',
  '/device/approve',
  '/device/deny',
  '/oauth2/continue',
  '/oauth2/end-session',
  '/oauth2/end-session/confirm',
  '/oauth2/create-client',
  '/oauth2/update-client',
  '/oauth2/delete-client',
  '/oauth2/client/rotate-secret',
  '/oauth2/get-client',
  '/oauth2/get-clients',
  '/oauth2/public-client',
  '/oauth2/public-client-prelogin',
  '/oauth2/get-consent',
  '/oauth2/get-consents',
  '/oauth2/update-consent',
  '/oauth2/delete-consent',
];
