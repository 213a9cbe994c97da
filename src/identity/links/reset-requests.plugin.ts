import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { createAuthMiddleware } from 'better-auth/api';
import * as z from 'zod';
import { noteOutcome } from '../auth/auth-outcomes.js';
import { makeSecret } from './one-time-secret.js';

const PATH = '/request-password-reset';
const ADDRESS = z.email();
const ANSWER = {
  status: true,
  message: 'If this email exists in our system, check your email for the reset link',
};

/**
 * Makes the plugin that answers a request for a new password before it looks for the account. The library writes to the database
 * first where there is one, and the time of its answer would tell.
 */
export const resetRequestsPlugin = (): BetterAuthPlugin => ({
  id: 'reset-requests',
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === PATH,
        handler: createAuthMiddleware((context) => {
          const { email } = (context.body ?? {}) as { email?: unknown };
          // The library refuses what is no address.
          const { data, success } = ADDRESS.safeParse(email);
          if (!success) return Promise.resolve(undefined);
          if (context.request) noteOutcome(context.request, { path: PATH, user: undefined });
          context.context.runInBackground(sendLink(context, data.toLowerCase()));
          return Promise.resolve(ANSWER);
        }),
      },
    ],
  },
});

async function sendLink({ context, request }: GenericEndpointContext, email: string): Promise<void> {
  const { resetPasswordTokenExpiresIn: seconds = 3_600, sendResetPassword } =
    context.options.emailAndPassword ?? {};
  const found = await context.internalAdapter.findUserByEmail(email);
  if (!found) return;
  const token = makeSecret();
  await context.internalAdapter.createVerificationValue({
    value: found.user.id,
    identifier: `reset-password:${token}`,
    expiresAt: new Date(Date.now() + seconds * 1000),
  });
  await sendResetPassword?.({ user: found.user, url: '', token }, request);
}
