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
    name: row.name,
    start: row.start,
    scopes: row.scopes,
    agent: row.agent,
    enabled: row.enabled,
    disabledBy: row.disabledBy,
    ipAllowlist: row.ipAllowlist,
    metadata: row.metadata,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
    revokedAt: row.revokedAt,
    replacedBy: row.replacedBy,
  };
}

/** What the one who changed it is answered: `start` says which key it was. */
export const toWriter = (caller: Caller, row: ApiKey, sent: object): Visible<ApiKeyView> =>
  visibleTo(caller, 'keys:read', toView(row), sent, ['start']);

export function toIssuedView({ row, raw }: IssuedApiKey): IssuedApiKeyView {
  return {
    id: row.id,
    apiKey: raw,
    start: row.start,
    name: row.name,
    userId: row.userId,
    scopes: row.scopes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    ipAllowlist: row.ipAllowlist,
    message: 'Store this key now: it is not shown again.',
  };
}

/** What a retry is answered: the key itself is in the first answer only, and is kept nowhere. */
export type RepeatedApiKeyView = Omit<IssuedApiKeyView, 'apiKey'>;

export function toRepeatedView(issued: IssuedApiKey): RepeatedApiKeyView {
  const { apiKey: _, ...view } = toIssuedView(issued);
  const message =
    'This request was answered before. The key itself was in the first answer only and is not given again: if you do not have it, rotate or revoke this key.';
  return { ...view, message };
}

/** An admin makes keys for others. @throws notFound for one who is no admin any more */
export function repeatedFor(kept: RepeatedApiKeyView, { caller }: Retry): RepeatedApiKeyView {
  if (kept.userId !== caller.userId && caller.role !== 'admin') throw notFound('API key');
  return kept;
}
