import { passkey } from '@better-auth/passkey';
import type { BetterAuthPlugin, HookEndpointContext } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { noteOutcome, outcomeOf } from '../auth/auth-outcomes.js';
import type { PluginParts } from '../auth/plugin-parts.js';
import { type Method, methodsIn, methodsOf } from './methods.js';
import { passkeyOptions } from './passkey-options.js';
import { afterSecondFactor } from './second-factor-effects.js';
import { SecondFactorRules, type Subject } from './second-factor-rules.js';

const OURS = /^\/(two-factor|passkey)\//;
const ATTEMPTS = new Set(['/two-factor/verify-totp', '/two-factor/verify-backup-code']);

/** Makes the plugins of one-time codes and passkeys, and last the one with the service's own rules about them. */
export const secondFactorPlugins = (parts: PluginParts): BetterAuthPlugin[] => [
  twoFactor({
    issuer: parts.settings.service.title,
    twoFactorTable: 'two_factors',
    allowPasswordless: true,
    // The service counts tries before they are made, and not only those of a sign-in.
    accountLockout: { enabled: false },
  }),
  passkey(passkeyOptions(parts.url, parts.settings.service.title)),
  rulesPlugin(parts),
];

function rulesPlugin({ settings, factors, factorMails: mails }: PluginParts): BetterAuthPlugin {
  const rules = new SecondFactorRules(factors, settings.identity.mfaRequired);
  /** Whom a request was about before it was answered. */
  const subjects = new WeakMap<Request, Subject>();
  return {
    id: 'second-factor-rules',
    schema: {
      session: { fields: { signedInBy: { type: 'string', required: false, input: false, returned: true } } },
    },
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            create: {
              before: (session, context) =>
                Promise.resolve({ data: { ...session, signedInBy: methodsFor(context).join(' ') } }),
            },
          },
        },
      },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => OURS.test(path ?? ''),
          handler: createAuthMiddleware(async (context) => {
            const subject = await rules.subjectOf(context);
            const { request, path } = context;
            if (request) noteOutcome(request, { path, user: subject?.user });
            if (request && subject) subjects.set(request, subject);
            await rules.check(path, context.body, subject);
            if (subject && ATTEMPTS.has(path)) await rules.attempt(context, subject);
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === '/passkey/generate-authenticate-options',
          // The library only prefers that the device verifies its user, and the service refuses what was not verified.
          handler: createAuthMiddleware((context) => {
            const { returned } = context.context;
            const options = isAPIError(returned) ? undefined : (returned as object);
            return Promise.resolve(options && { ...options, userVerification: 'required' });
          }),
        },
        {
          matcher: ({ path }) => path === '/sign-in/email' || OURS.test(path ?? ''),
          handler: createAuthMiddleware(async (context) => {
            const { request, path } = context;
            const { returned, newSession } = context.context;
            if (!request) return;
            const before = subjects.get(request);
            const effect = await afterSecondFactor(
              {
                path,
                returned: isAPIError(returned) ? undefined : returned,
                before,
                after: newSession as Subject | null,
              },
              { factors, mails },
            );
            // Whoever signs in by a passkey may be somebody else than who is signed in.
            const isSignIn = path === '/passkey/verify-authentication';
            const user = isSignIn ? newSession?.user : (before?.user ?? outcomeOf(request)?.user);
            const isGuess = isAPIError(returned) && returned.body?.code === 'INVALID_PASSWORD';
            if (effect) noteOutcome(request, { path, user, isGuess, ...effect });
          }),
        },
      ],
    },
  };
}

function methodsFor(context: HookEndpointContext | null): Method[] {
  const before = context?.context.session?.session as Subject['session'] | undefined;
  return methodsOf(context?.path ?? '', before && methodsIn(before.signedInBy));
}
