export const OUTCOMES = ['success', 'failure', 'denied', 'pending'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Spans that end now, in seconds. */
export const SPANS = { '1h': 3_600, '24h': 86_400, '7d': 604_800 } as const;
export type Span = keyof typeof SPANS;

/** The filters whose value is a text, as the service names them. */
export const TEXT_FILTERS = [
  'tool',
  'actor',
  'userId',
  'keyName',
  'keyId',
  'clientId',
  'reason',
  'action',
  'resource',
  'organizationId',
  'from',
  'to',
] as const;
export type TextFilter = (typeof TEXT_FILTERS)[number];

/** What the list shows. It stands in the address, so that a view can be kept and sent to somebody. */
export type AuditFilters = Partial<Record<TextFilter, string>> & {
  outcome?: Outcome;
  /** A span that ends now, in place of `from` and `to`. */
  last?: Span;
};

export interface AuditSearch extends AuditFilters {
  /** Whether new rows come in by themselves. */
  live?: true;
}

const isSpan = (value: unknown): value is Span => typeof value === 'string' && Object.hasOwn(SPANS, value);

export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const outcome = OUTCOMES.find((one) => one === search.outcome);
  // A text of digits alone is read from the address as a number.
  const texts = TEXT_FILTERS.flatMap((name) => {
    const value = search[name];
    return typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [];
  });
  return {
    ...(Object.fromEntries(texts) as Partial<Record<TextFilter, string>>),
    ...(outcome && { outcome }),
    ...(isSpan(search.last) && { last: search.last }),
    ...(search.live === true && { live: true as const }),
  };
}

/** Returns the filters as the service takes them. */
export function queryOf({ last, ...filters }: AuditFilters, now = Date.now()) {
  if (last === undefined) return filters;
  return { ...filters, from: new Date(now - SPANS[last] * 1_000).toISOString() };
}

/** Returns the filters of a search, without what is no filter. */
export function filtersOf({ live: _live, ...filters }: AuditSearch): AuditFilters {
  return filters;
}
