import { validate as isUuid } from 'uuid';
import { validationFailed } from '../../errors/service-error.js';
import type { ApiKey } from '../api-key.entity.js';
import { RISKS } from './key-risk.js';

export const KEY_ORDERS = ['created', 'used', 'expires', 'risk'] as const;
export type KeyOrder = (typeof KEY_ORDERS)[number];
/** An order that compares more than the id, which says when a key was made. */
export type TimeOrder = Exclude<KeyOrder, 'created'>;

/** Where a page ends: what its order compares, and the id, because many keys may have the same time. */
export interface KeyPlace {
  /** For the order by risk. */
  risk: number;
  /** `null` never comes. */
  at: Date | null;
  id: string;
}

type Times = Pick<ApiKey, 'createdAt' | 'lastUsedAt' | 'expiresAt'>;

const USED = {
  sql: 'coalesce(k.last_used_at, k.created_at)',
  of: ({ lastUsedAt, createdAt }: Times): Date | null => lastUsedAt ?? createdAt,
};

/** The time that an order compares, of a key of the alias `k` and of a row. */
export const TIMES: Record<TimeOrder, typeof USED> = {
  used: USED,
  risk: USED,
  expires: { sql: `coalesce(k.expires_at, 'infinity')`, of: ({ expiresAt }) => expiresAt },
};

/** The time of a place as PostgreSQL reads it: without the sign and the zeros that `Date` writes before a year of five digits. */
export const timeText = ({ at }: KeyPlace): string => at?.toISOString().replace(/^\+0*/, '') ?? 'infinity';

export const keyCursorOf = (order: TimeOrder, { risk, at, id }: KeyPlace): string =>
  Buffer.from([order, risk, at?.getTime() ?? 'never', id].join(' '), 'latin1').toString('base64url');

/** @throws ServiceError `validation_failed` for anything else than a cursor that {@link keyCursorOf} made for this order */
export function keyPlaceOf(order: TimeOrder, cursor: string | undefined): KeyPlace | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, of, risk, time = '', id = ''] = /^(\w+) (\d) (\d{1,15}|never) (\S+)$/.exec(text) ?? [];
  if (of !== order || Number(risk) >= RISKS.length || !isUuid(id))
    throw validationFailed(['cursor: must be a nextCursor of an earlier page, in the same order']);
  return { risk: Number(risk), at: time === 'never' ? null : new Date(Number(time)), id };
}
