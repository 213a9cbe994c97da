import { agentMayHold } from '../access/roles.js';
import type { ScopeCatalogue } from '../access/scope-catalogue.js';

/** What a client may learn of the person by OpenID Connect, and whether it may come back without asking the person again. */
export const PROTOCOL_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;

/** Lets a client renew its access while the person is away. */
export const OFFLINE_SCOPE = 'offline_access';

/** Returns the scopes of this service that clients may ask for: those that reach data. No client manages keys, users or the audit. */
export const grantableScopes = (catalogue: ScopeCatalogue): string[] =>
  catalogue.names().filter(agentMayHold);

/** Returns the scopes of this service among those of a request. */
export const dataScopesIn = (scopes: readonly string[]): string[] =>
  scopes.filter((scope) => !(PROTOCOL_SCOPES as readonly string[]).includes(scope));
