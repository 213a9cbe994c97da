import type { BetterAuthOptions } from 'better-auth';
import type { Settings } from '../../config/settings.js';

/** Returns the providers that the library knows by name. A token that somebody hands in is not taken. */
export function socialProviders({ federation }: Settings): NonNullable<BetterAuthOptions['socialProviders']> {
  const { google, github } = federation;
  const disableIdTokenSignIn = true;
  return {
    ...(google && {
      google: {
        clientId: google.id,
        clientSecret: google.secret!,
        disableIdTokenSignIn,
        prompt: 'select_account',
      },
    }),
    ...(github && { github: { clientId: github.id, clientSecret: github.secret!, disableIdTokenSignIn } }),
  };
}
