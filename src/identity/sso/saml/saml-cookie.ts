import type { GenericEndpointContext } from 'better-auth';
import { expireCookie } from 'better-auth/cookies';
import * as z from 'zod';

const MAX_SECONDS = 600;

const begunSchema = z.strictObject({
  companyId: z.string(),
  requestId: z.string(),
  relayState: z.string(),
  callbackURL: z.string(),
  errorURL: z.string(),
  expiresAt: z.number(),
});

/** A sign-in that this browser has begun. */
export type BegunSignIn = z.infer<typeof begunSchema>;

/** Answers are forms that another site sends, so the cookie must go with those. Without HTTPS, browsers allow that to no cookie. */
function cookieOf({ context }: GenericEndpointContext) {
  const cookie = context.createAuthCookie('company_sign_in', { maxAge: MAX_SECONDS });
  const sameSite = cookie.attributes.secure ? ('none' as const) : ('lax' as const);
  return { name: cookie.name, attributes: { ...cookie.attributes, sameSite } };
}

/** Keeps in the browser, signed, what it has begun. No row is written for somebody who only begins. */
export async function keepBegun(
  context: GenericEndpointContext,
  begun: Omit<BegunSignIn, 'expiresAt'>,
): Promise<void> {
  const { name, attributes } = cookieOf(context);
  const kept: BegunSignIn = { ...begun, expiresAt: Date.now() + MAX_SECONDS * 1_000 };
  const value = Buffer.from(JSON.stringify(kept)).toString('base64url');
  await context.setSignedCookie(name, value, context.context.secret, attributes);
}

/** Returns what the browser has begun, if it is this and not too long ago, and lets it forget that. */
export async function takeBegun(
  context: GenericEndpointContext,
  companyId: string,
  relayState: string | undefined,
): Promise<BegunSignIn | undefined> {
  const cookie = cookieOf(context);
  const value = await context.getSignedCookie(cookie.name, context.context.secret);
  const begun = value ? begunIn(value) : undefined;
  if (begun?.companyId !== companyId || begun.relayState !== relayState) return undefined;
  expireCookie(context, cookie);
  return begun.expiresAt > Date.now() ? begun : undefined;
}

function begunIn(value: string): BegunSignIn | undefined {
  try {
    return begunSchema.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
