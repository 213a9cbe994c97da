/** How a client shows at the token endpoint who it is (RFC 7591, section 2). */
export const CLIENT_AUTH_METHODS = ['none', 'client_secret_basic', 'private_key_jwt'] as const;
export type ClientAuthMethod = (typeof CLIENT_AUTH_METHODS)[number];

/** The grant types of clients for which people agree. */
export const OF_PEOPLE = [
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] as const;
/** The grant types of clients that are agents. */
export const OF_AGENTS = ['client_credentials', 'urn:ietf:params:oauth:grant-type:token-exchange'] as const;

/** The grant types of a client that an administrator makes. Those of an agent are apart from those of people. */
export const GRANT_TYPES: readonly string[] = [...OF_PEOPLE, ...OF_AGENTS];
