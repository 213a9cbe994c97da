import type { SelectQueryBuilder } from 'typeorm';
import type { ApiKey } from '../api-key.entity.js';
import { LIVE } from '../key-issuer.js';
import { RISK, RISKS } from './key-risk.js';

const EXPIRED = 'k.revoked_at IS NULL AND k.expires_at <= now()';

/** Are the SQL conditions for the keys of the alias `k` by what became of them. */
const STATES = {
  live: LIVE,
  disabled: `${LIVE} AND NOT k.enabled`,
  expired: EXPIRED,
  revoked: 'k.revoked_at IS NOT NULL',
} as const;

export type KeyState = keyof typeof STATES;
export const KEY_STATES = Object.keys(STATES) as KeyState[];

/** The filters of a list of keys. */
export interface KeyFilters {
  state?: KeyState;
  unusedForDays?: number;
  endsWithinDays?: number;
  elevated?: boolean;
  anyAddress?: boolean;
  words?: string;
}

/** Restricts keys of the alias `k` to those that all filters find. */
export function filterKeys(
  keys: SelectQueryBuilder<ApiKey>,
  filters: KeyFilters,
): SelectQueryBuilder<ApiKey> {
  const { state, unusedForDays, endsWithinDays, elevated, anyAddress, words } = filters;
  if (state !== undefined) keys.andWhere(STATES[state]);
  if (unusedForDays !== undefined)
    keys.andWhere(
      `${LIVE} AND coalesce(k.last_used_at, k.created_at) < now() - make_interval(days => :unusedDays)`,
      { unusedDays: unusedForDays },
    );
  if (endsWithinDays !== undefined)
    keys.andWhere(`${LIVE} AND k.expires_at <= now() + make_interval(days => :endsDays)`, {
      endsDays: endsWithinDays,
    });
  if (elevated !== undefined)
    keys.andWhere(`${RISK} ${elevated ? '>=' : '<'} :elevatedFrom`, { elevatedFrom: RISKS.indexOf('high') });
  if (anyAddress !== undefined) keys.andWhere(`k.ip_allowlist IS ${anyAddress ? '' : 'NOT '}NULL`);
  // `strpos` reads no signs of a pattern.
  for (const [place, word] of (words?.toLowerCase().match(/\S+/g) ?? []).entries())
    keys.andWhere(
      `(strpos(lower(k.name), :word${place}) > 0 OR strpos(lower(k.start), :word${place}) > 0 OR k.user_id IN (
         SELECT w.id FROM users w WHERE strpos(lower(w.name), :word${place}) > 0))`,
      { [`word${place}`]: word },
    );
  return keys;
}
