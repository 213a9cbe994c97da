import type { BetterAuthPlugin } from 'better-auth';
import type { PluginParts } from '../auth/plugin-parts.js';
import { proving } from './account-linking.js';
import { oidcProvider } from './oidc-provider.js';
import { OIDC_PROVIDER } from './sign-in-providers.js';

/** Adds the provider of the settings to those of the library, and holds all of them to the service's rules. */
export function federation({ settings, dataSource }: PluginParts): BetterAuthPlugin {
  const { oidc } = settings.federation;
  const own = oidc ? [oidcProvider({ id: OIDC_PROVIDER, ...oidc })] : [];
  return {
    id: 'federation',
    init: ({ socialProviders }) => ({
      context: {
        socialProviders: [...own, ...socialProviders].map((provider) => proving(provider, dataSource)),
      },
    }),
  };
}
