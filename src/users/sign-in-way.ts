/** By what a person can sign in, or what is asked for beside it. */
export const SIGN_IN_WAYS = ['password', 'provider', 'totp', 'passkey'] as const;

export type SignInWay = (typeof SIGN_IN_WAYS)[number];
