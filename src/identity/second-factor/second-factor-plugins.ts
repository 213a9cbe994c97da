import { passkey } from '@better-auth/passkey';
import type { BetterAuthPlugin, GenericEndpointContext, HookEndpointContext } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { noteOutcome, outcomeOf } from '../auth/auth-outcomes.js';
import type { PluginParts } from '../auth/plugin-parts.js';
import { type Method, methodsIn, methodsOf } from './methods.js';
import { passkeyOptions } from './passkey-options.js';
import { afterSecondFactor } from './second-factor-effects.js';
import { SecondFactorRules, type Subject } from './second-factor-rules.js';

const OURS = /^\/(two-factor|passkey)\//;
const ADD_PASSKEY = '/passkey/verify-registration';
const REMOVE_PASSKEY = '/passkey/delete-passkey';
const ATTEMPTS = new Set(['/two-factor/verify-totp', '/two-factor/verify-backup-code']);

/** Makes the plugins of one-time codes and passkeys, and last the one with the service's own rules about them. */
export function secondFactorPlugins(parts: PluginParts): BetterAuthPlugin[] {
  /** The requests that add a passkey whose answer was found good. */
  const verified = new WeakSet<Request>();
  return [
    twoFactor({
      issuer: parts.settings.service.title,
      twoFactorTable: 'two_factors',
      allowPasswordless: true,
      // The service counts tries before they are made, and not only those of a sign-in.
      accountLockout: { enabled: false },
    }),
    passkey(passkeyOptions(parts, verified)),
    rulesPlugin(parts, verified),
  ];
}

function rulesPlugin(
  { settings, factors, factorMails: mails }: PluginParts,
  verified: WeakSet<Request>,
): BetterAuthPlugin {
  const rules = new SecondFactorRules(factors, settings.identity.mfaRequired);
  /** Whom a request was about before it was answered. */
  const subjects = new WeakMap<Request, Subject>();

  /** Does what follows from an answer, and notes it for the audit row. */
  async function follow(
    { request, path, context }: GenericEndpointContext,
    returned: unknown,
    before: Subject | undefined,
  ): Promise<void> {
    const { newSession } = context;
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
    const user = isSignIn ? newSession?.user : (before?.user ?? (request && outcomeOf(request)?.user));
    const isGuess = isAPIError(returned) && returned.body?.code === 'INVALID_PASSWORD';
    if (!request || !effect) return;
    // The library answers 500 where a device's answer is not good, such as one of another page.
    const status = path === ADD_PASSKEY && isAPIError(returned) && !verified.has(request) ? 400 : undefined;
    noteOutcome(request, { path, user, isGuess, ...(status && { status }), ...effect });
  }

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
          user: {
            update: {
              before: async ({ twoFactorEnabled }, context) => {
                const userId = context?.path === '/two-factor/disable' && context.context.session?.user.id;
                if (userId && twoFactorEnabled === false) await rules.removeTotp(userId);
              },
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
            if (path !== REMOVE_PASSKEY || !request || !subject?.session) return undefined;
            const returned = await rules.removePasskey(subject.user.id, context.body as { id: string });
            await follow(context, returned, subject);
            return returned;
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
            const { request } = context;
            if (!request) return;
            await follow(context, context.context.returned, subjects.get(request));
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
