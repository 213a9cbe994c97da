import type { Settings } from '../../config/settings.js';

/** A provider that everybody is offered, as a page shows it. */
export interface OfferedProvider {
  /** The `provider` of `POST /auth/sign-in/social`. */
  id: string;
  name: string;
}

/** What the library knows the provider of the settings by. */
export const OIDC_PROVIDER = 'oidc';

/** Returns the providers of the settings, in the order of a page. */
export const offeredProviders = ({ federation }: Settings): readonly OfferedProvider[] => [
  ...(federation.oidc ? [{ id: OIDC_PROVIDER, name: federation.oidc.name }] : []),
  ...(federation.google ? [{ id: 'google', name: 'Google' }] : []),
  ...(federation.github ? [{ id: 'github', name: 'GitHub' }] : []),
];
