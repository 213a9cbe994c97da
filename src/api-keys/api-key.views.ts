import { isAdministrator } from '../access/roles.js';
import type { Caller } from '../access/caller.js';
import { type Visible, visibleTo } from '../access/visible-to.js';
import { notFound } from '../errors/service-error.js';
import type { Retry } from '../idempotency/repeat.js';
import type { ApiKey } from './api-key.entity.js';
import type { ApiKeyView, IssuedApiKeyView } from './api-key.schema.js';

export interface IssuedApiKey {
  row: ApiKey;
  raw: string;
}

export function toView(row: ApiKey): ApiKeyView {
  return {
    id: row.id,
    userId: row.userId,
    organizationId: row.organizationId,
    name: row.name,
    start: row.start,
    scopes: row.scopes,
    agent: row.agent,
    enabled: row.enabled,
    disabledBy: row.disabledBy,
    ipAllowlist: row.ipAllowlist,
    requestsPerMinute: row.requestsPerMinute,
    metadata: row.metadata,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
    replacedBy: row.replacedBy,
  };
}

/** Returns the response to a change of a key. `start` identifies the key for a caller that may not read it. */
export const toWriter = (caller: Caller, row: ApiKey, sent: object): Visible<ApiKeyView> =>
  visibleTo(caller, 'keys:read', toView(row), sent, ['start']);

export function toIssuedView({ row, raw }: IssuedApiKey): IssuedApiKeyView {
  return {
    id: row.id,
    apiKey: raw,
    start: row.start,
    name: row.name,
    userId: row.userId,
    organizationId: row.organizationId,
    scopes: row.scopes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    ipAllowlist: row.ipAllowlist,
    requestsPerMinute: row.requestsPerMinute,
    message: 'Store this key now: it is not shown again.',
  };
}

/** Describes the response to a retry. Only the first response contains the key itself, which is stored nowhere. */
export type RepeatedApiKeyView = Omit<IssuedApiKeyView, 'apiKey'>;

export function toRepeatedView(issued: IssuedApiKey): RepeatedApiKeyView {
  const { apiKey: _, ...view } = toIssuedView(issued);
  const message =
    'This request was answered before. The key itself was in the first answer only and is not given again: if you do not have it, rotate or revoke this key.';
  return { ...view, message };
}

/**
 * Refuses a caller that created a key for another user as an admin and is no longer one. @throws ServiceError
 * `not_found`
 */
export function repeatedFor(kept: RepeatedApiKeyView, { caller }: Retry): RepeatedApiKeyView {
  if (kept.userId !== caller.userId && !isAdministrator(caller.role)) throw notFound('API key');
  return kept;
}
