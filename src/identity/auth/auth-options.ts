import { Logger } from '@nestjs/common';
import type { BetterAuthOptions, BetterAuthPlugin } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { DataSource } from 'typeorm';
import { newId } from '../../common/new-id.js';
import type { Settings } from '../../config/settings.js';
import { endGrantsOf } from '../../users/end-grants.js';
import type { IdentityMails } from '../mail/identity-mails.js';
import { hashPassword, verifyPassword } from '../links/password-hashes.js';
import { PASSWORD_LENGTH } from '../links/password-rule.js';
import { VOID_OPEN_LINKS } from '../links/passwords.js';
import type { PasswordAttempts } from '../password-attempts/password-attempts.js';
import { PAGES } from '../pages/page-paths.js';
import { refuseUnverified } from '../federation/account-linking.js';
import { socialProviders } from '../federation/social-providers.js';
import { FRESH_SECONDS } from '../second-factor/second-factor-rules.js';
import { ADDRESS_HEADER, AUTH_PATH } from './auth-paths.js';
import { authDatabase } from './auth-database.js';
import { CLOSED_PATHS } from './closed-paths.js';
import { databaseHooks, HOOKS_AFTER, hooksBefore } from './auth-hooks.js';
import { logged } from './logged.js';
import { maySignUp } from './sign-up-rule.js';

const LINK_SECONDS = 3_600;

export interface AuthParts {
  settings: Settings;
  secret: string;
  /** The address of the service for people, without a slash at the end. */
  url: string;
  dataSource: DataSource;
  mails: IdentityMails;
  attempts: PasswordAttempts;
  plugins: BetterAuthPlugin[];
}

/** Returns how the library is set up. What a person may do is never its decision, only who the person is. */
export function authOptions({ settings, secret, url, dataSource, mails, attempts, plugins }: AuthParts) {
  const { identity, environment } = settings;
  const logger = new Logger('Identity');
  const isHttps = url.startsWith('https:');
  const admits = (email: string) => maySignUp(email, identity.signUp);
  const before = hooksBefore(admits, url);
  const prefix = identity.cookie.replace(/_session$/, '');
  return {
    appName: settings.service.title,
    secret,
    baseURL: `${url}${AUTH_PATH}`,
    trustedOrigins: trustedOrigins(url),
    database: authDatabase(dataSource),
    socialProviders: socialProviders(settings),
    user: {
      modelName: 'users',
      validateUserInfo: refuseUnverified,
      additionalFields: {
        role: { type: 'string', input: false, defaultValue: 'member' },
        tier: { type: 'string', input: false, defaultValue: 'development' },
        isActive: { type: 'boolean', input: false, defaultValue: true },
      },
    },
    session: {
      modelName: 'sessions',
      expiresIn: identity.maxMs / 1000,
      // The age of a session is absolute. That it is used is written by the service, once for many requests.
      disableSessionRefresh: true,
      freshAge: FRESH_SECONDS,
    },
    account: { modelName: 'accounts', updateAccountOnSignIn: false },
    verification: { modelName: 'verifications', storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: identity.signUp === 'closed',
      requireEmailVerification: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      password: { hash: hashPassword, verify: verifyPassword },
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: LINK_SECONDS,
      sendResetPassword: ({ user, token }) =>
        mails.resetPassword(user, `${url}${PAGES.resetPassword}?token=${encodeURIComponent(token)}`),
      // The answer is that of a new address, so the mail says what the page must not.
      onExistingUserSignUp: ({ user }) => mails.accountExists(user, `${url}${PAGES.forgotPassword}`),
      // Whoever follows the link of a mail has shown to receive mails at the address.
      onPasswordReset: async ({ user }, request) => {
        await dataSource.query(
          'UPDATE users SET email_verified = true WHERE id = $1 AND NOT email_verified',
          [user.id],
        );
        await dataSource.query(VOID_OPEN_LINKS, [user.id]);
        await endGrantsOf(dataSource.manager, user.id);
        await attempts.succeed({ email: user.email, ip: request?.headers.get(ADDRESS_HEADER) ?? '' });
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      autoSignInAfterVerification: false,
      expiresIn: LINK_SECONDS,
      sendVerificationEmail: ({ user, url: link }) =>
        mails.verifyEmail(user, endingAtPage(link, PAGES.verified)),
    },
    advanced: {
      // The library leaves it out where NODE_ENV is `test`, and specs would show something else than what is served.
      disableOriginCheck: false,
      database: { generateId: newId },
      useSecureCookies: false,
      cookiePrefix: prefix,
      defaultCookieAttributes: { secure: isHttps, httpOnly: true, sameSite: 'lax', path: '/' },
      cookies: { session_token: { name: identity.cookie } },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // The answer does not wait for what only a known address leads to.
      backgroundTasks: {
        handler: (work: Promise<unknown>) => {
          work.catch((error: unknown) => logger.error(logged(error)));
        },
      },
    },
    disabledPaths: [...CLOSED_PATHS],
    // The service counts over all replicas.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: environment === 'development' ? 'info' : 'warn',
      log: (level, message) => logger[level === 'error' ? 'error' : 'warn'](logged(message)),
    },
    // A refusal is an answer, and no error of the service.
    onAPIError: {
      errorURL: `${url}${PAGES.error}`,
      onError: (error) => {
        if (!isAPIError(error)) logger.error(logged(error));
      },
    },
    databaseHooks: databaseHooks(admits),
    hooks: {
      before: createAuthMiddleware(async (context) => {
        for (const hook of before) await hook(context);
      }),
      after: createAuthMiddleware(async (context) => {
        for (const hook of HOOKS_AFTER) await hook(context);
      }),
    },
    plugins,
  } satisfies BetterAuthOptions;
}

/** The names of this machine stand for each other, as in the gate. */
function trustedOrigins(url: string): string[] {
  const { origin, hostname, protocol, port } = new URL(url);
  const local = ['localhost', '127.0.0.1', '[::1]'];
  if (!local.includes(hostname)) return [origin];
  return local.map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`);
}

/** Where the request named no page that a link ends at, it ends at one of the service's own. */
function endingAtPage(link: string, page: string): string {
  const url = new URL(link);
  if (url.searchParams.get('callbackURL') === '/') url.searchParams.set('callbackURL', page);
  return url.href;
}
