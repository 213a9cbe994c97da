import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api';
import { ADDRESS_HEADER } from '../auth/auth-paths.js';
import { noteOutcome, outcomeOf } from '../auth/auth-outcomes.js';
import type { PluginParts } from '../auth/plugin-parts.js';
import { tooManyWait } from '../links/password-hashes.js';
import type { Attempter } from './password-attempts.js';

const SIGN_IN = '/sign-in/email';
/** The paths that ask for a password, by the member of the body that has it. */
const PASSWORDS: Readonly<Record<string, string>> = {
  [SIGN_IN]: 'password',
  '/change-password': 'currentPassword',
  '/two-factor/enable': 'password',
  '/two-factor/disable': 'password',
  '/two-factor/generate-backup-codes': 'password',
};
const WRONG = new Set(['INVALID_EMAIL_OR_PASSWORD', 'INVALID_PASSWORD']);
/** Refusals that come after the password was found right. */
const RIGHT = new Set(['EMAIL_NOT_VERIFIED', 'ACCOUNT_INACTIVE']);

/**
 * Makes the plugin that slows down who guesses passwords, also by the session of somebody else. A session itself goes on:
 * nobody is signed out by what others send.
 */
export function passwordAttemptsPlugin({ attempts }: PluginParts): BetterAuthPlugin {
  const counted = new WeakMap<Request, Attempter>();
  return {
    id: 'password-attempts',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && Object.hasOwn(PASSWORDS, path),
          handler: createAuthMiddleware(async (context) => {
            const { request } = context;
            const who = request && (await attempterOf(context));
            if (!who) return;
            refuseForeign(context);
            if (tooManyWait()) throw tooBusy();
            const wait = await attempts.begin(who);
            if (wait > 0) {
              await nameUser(context, who.email);
              throw tooManyPasswords(wait);
            }
            counted.set(request, who);
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path !== undefined && Object.hasOwn(PASSWORDS, path),
          handler: createAuthMiddleware(async (context) => {
            const { request, path } = context;
            const who = request && counted.get(request);
            if (!who) return;
            const { returned } = context.context;
            const code = isAPIError(returned) ? String(returned.body?.code) : undefined;
            if (code === undefined) await attempts.succeed(who);
            else if (!WRONG.has(code)) await attempts.takeBack(who);
            if (path === SIGN_IN && code !== undefined && (WRONG.has(code) || RIGHT.has(code)))
              await nameUser(context, who.email);
          }),
        },
      ],
    },
  };
}

/** @returns nothing where no password is given, so that the library refuses what has no password at all */
async function attempterOf(context: GenericEndpointContext): Promise<Attempter | undefined> {
  const { path, headers } = context;
  const given = (context.body ?? {}) as Record<string, unknown>;
  if (typeof given[PASSWORDS[path]!] !== 'string') return undefined;
  const email = path === SIGN_IN ? given.email : (await getSessionFromCtx(context))?.user.email;
  if (typeof email !== 'string') return undefined;
  return { email, ip: headers?.get(ADDRESS_HEADER) ?? '' };
}

/** Another page must not use up the tries of a person whose browser visits it. */
function refuseForeign({ headers, context }: GenericEndpointContext): void {
  const origin = headers?.get('origin');
  if (origin ? context.isTrustedOrigin(origin) : headers?.get('sec-fetch-site') !== 'cross-site') return;
  throw new APIError('FORBIDDEN', { code: 'INVALID_ORIGIN', message: 'Invalid origin' });
}

/** The audit row of a failure names whose password was tried. The answer does not: it is the same for nobody's. */
async function nameUser(context: GenericEndpointContext, email: string): Promise<void> {
  const { request, path } = context;
  if (!request) return;
  const found = await context.context.internalAdapter.findUserByEmail(email.toLowerCase());
  const user = found ? { id: found.user.id, name: found.user.name } : undefined;
  noteOutcome(request, { ...outcomeOf(request), path, user });
}

const tooBusy = () =>
  new APIError(
    'SERVICE_UNAVAILABLE',
    { code: 'TOO_BUSY', message: 'Too many people sign in at the same time. Retry in 5 seconds' },
    { 'Retry-After': '5' },
  );

const tooManyPasswords = (retryAfterSeconds: number) =>
  new APIError(
    'TOO_MANY_REQUESTS',
    {
      code: 'PASSWORD_LOCKED',
      message: `There were too many wrong passwords. Retry in ${retryAfterSeconds} seconds`,
      retryAfterSeconds,
    },
    { 'Retry-After': String(retryAfterSeconds) },
  );
