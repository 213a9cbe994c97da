import type { GenericEndpointContext } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { handleOAuthUserInfo } from 'better-auth/oauth2';

/** A person as the provider of a company has said, whose address was found to be of the company's domains. */
export interface CompanyPerson {
  /** What the provider knows the person by. */
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string;
}

/** Where the browser of a sign-in goes. Both were checked to be the service's own. */
export interface Targets {
  callbackURL: string;
  errorURL: string;
}

/**
 * Signs a person in as by any other provider: found by the account, else by the address where it is verified on both sides, else
 * made. It has no role by it.
 * @throws the redirect that answers the browser
 */
export async function signInPerson(
  context: GenericEndpointContext,
  providerId: string,
  { subject, email, emailVerified, name }: CompanyPerson,
  targets: Targets,
): Promise<never> {
  const result = await handleOAuthUserInfo(context, {
    userInfo: { id: subject, email, emailVerified, name },
    account: { providerId, accountId: subject },
    callbackURL: targets.callbackURL,
    trustProviderByName: false,
    source: { method: 'oauth', oauth: { providerId, profile: {} } },
  }).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return refuse(context, targets, code);
  });
  if (!result.data) return refuse(context, targets, result.error.replaceAll(' ', '_'));
  await setSessionCookie(context, result.data);
  throw context.redirect(targets.callbackURL);
}

/** Sends the browser to where the sign-in ends with an error. @throws that redirect */
export function refuse(
  context: GenericEndpointContext,
  { errorURL }: Pick<Targets, 'errorURL'>,
  error: string,
): never {
  const url = new URL(errorURL, context.context.baseURL);
  url.searchParams.set('error', error);
  throw context.redirect(url.href);
}

/** Returns the code of a refusal of the library; `undefined` for any other error. */
export const codeOf = (error: unknown): string | undefined =>
  isAPIError(error) ? error.body?.code : undefined;
