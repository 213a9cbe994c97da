import type { BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import { withoutProviderTokens } from '../federation/account-linking.js';
import { checkTargets } from '../federation/own-targets.js';
import { checkProviderSignIn } from '../federation/sign-in-members.js';
import { isCompanyCallback } from '../sso/sso-paths.js';
import { noteOutcome } from './auth-outcomes.js';
import { isAddressOfNobody } from '../../access/principal.js';
import type { Hook } from './hook.js';
import { endOtherSessions, voidOpenLinks } from './new-password.js';
import { isPersonName, MAX_NAME } from './person-name.js';
import { refuseOthers, signUpClosed } from './people-alone.js';
import { checkTexts } from './request-texts.js';
import { standInForSingleLabel } from './single-label-address.js';

/** The members of the body of a sign-up. What a person may do is never among them. */
const SIGN_UP_MEMBERS = ['name', 'email', 'password', 'image', 'callbackURL', 'rememberMe'];

const MAX_IMAGE = 2_000;

/** Refuses what the library would ignore, or answer like a success. */
const checkSignUp =
  (maySignUp: (email: string) => boolean): Hook =>
  ({ path, body }) => {
    if (path !== '/sign-up/email') return;
    const given = (body ?? {}) as Record<string, unknown>;
    const unknown = Object.keys(given).find((name) => !SIGN_UP_MEMBERS.includes(name));
    if (unknown !== undefined)
      throw new APIError('BAD_REQUEST', { code: 'UNKNOWN_MEMBER', message: `${unknown} is not a member` });
    if (typeof given.email === 'string' && !maySignUp(given.email)) throw signUpClosed();
  };

const checkName: Hook = ({ path, body }) => {
  if (path !== '/sign-up/email' && path !== '/update-user') return;
  const { name } = (body ?? {}) as { name?: unknown };
  if (name !== undefined && !(typeof name === 'string' && isPersonName(name)))
    throw new APIError('BAD_REQUEST', {
      code: 'INVALID_NAME',
      message: `A name is a line of 1 to ${MAX_NAME} characters`,
    });
};

/** Somebody's page shows it one day, so it is the address of a picture, and no script or text. */
const checkImage: Hook = ({ path, body }) => {
  if (path !== '/sign-up/email' && path !== '/update-user') return;
  const { image } = (body ?? {}) as { image?: unknown };
  if (image === undefined || image === null) return;
  const isAddress = typeof image === 'string' && image.length <= MAX_IMAGE && URL.canParse(image);
  if (isAddress && new URL(image).protocol === 'https:') return;
  throw new APIError('BAD_REQUEST', {
    code: 'INVALID_IMAGE',
    message: `An image is an https address of at most ${MAX_IMAGE} characters`,
  });
};

/** Run before a path's own code, in this order. One that throws an `APIError` refuses the request. */
export const hooksBefore = (maySignUp: (email: string) => boolean, url: string): readonly Hook[] => [
  checkSignUp(maySignUp),
  checkName,
  checkTargets(url),
  checkProviderSignIn,
  checkTexts,
  checkImage,
  endOtherSessions,
  standInForSingleLabel,
];

/** Returns the provider that a path names. It is an identifier, or it is not the library's. */
function providerIn(params: unknown): string | undefined {
  const { id, providerId } = (params ?? {}) as { id?: unknown; providerId?: unknown };
  const found = id ?? providerId;
  return typeof found === 'string' && /^[\w-]{1,64}$/.test(found) ? found : undefined;
}

/** Run after a path's own code, in this order, also when it failed. They may run inside the library's transaction. */
export const HOOKS_AFTER: readonly Hook[] = [
  ({ request, path, context, params }) => {
    const user = context.newSession?.user ?? context.session?.user;
    if (!request || !path) return;
    const provider = providerIn(params);
    noteOutcome(request, {
      path,
      user: user && { id: user.id, name: user.name },
      ...(provider !== undefined && { provider }),
    });
  },
  voidOpenLinks,
];

/**
 * Refuses a session of a person who was deactivated, after the password was found right, and an account of somebody who may
 * not make one, by whichever path.
 */
export const databaseHooks = (
  maySignUp: (email: string) => boolean,
): NonNullable<BetterAuthOptions['databaseHooks']> => ({
  session: {
    create: {
      before: async ({ userId }, context) => {
        await refuseOthers(userId, context);
        const user = await context?.context.internalAdapter.findUserById(userId);
        if ((user as { isActive?: boolean } | null | undefined)?.isActive !== false) return;
        throw new APIError('FORBIDDEN', {
          code: 'ACCOUNT_INACTIVE',
          message: 'This account is deactivated',
        });
      },
    },
  },
  account: {
    create: {
      before: async (account, context) => {
        await refuseOthers(account.userId, context);
        return withoutProviderTokens(account);
      },
    },
  },
  user: {
    create: {
      before: ({ email }, context) => {
        const isCompany = isCompanyCallback(context?.path) && !isAddressOfNobody(email);
        if (maySignUp(email) || isCompany) return Promise.resolve();
        throw signUpClosed();
      },
    },
  },
});
