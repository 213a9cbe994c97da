export const SSO_KINDS = ['oidc', 'saml'] as const;

/** How a provider says who signs in. */
export type SsoKind = (typeof SSO_KINDS)[number];
