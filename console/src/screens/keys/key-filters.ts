import type { paths } from '../../../../src/client/openapi';

type ListQuery = NonNullable<paths['/api/mcp/keys']['get']['parameters']['query']>;

export const KEY_ORDERS = ['risk', 'used', 'expires', 'created'] as const;
export type KeyOrder = (typeof KEY_ORDERS)[number];

/** What the list shows. It stands in the address, so that a view can be sent to somebody. */
export interface KeyFilters {
  /** Keys that nobody used for so many days. */
  unused?: number;
  /** Keys that end within so many days. */
  ends?: number;
  elevated?: true;
  anyAddress?: true;
  words?: string;
  /** `mine`, or the id of a person; otherwise all that the person decides about. */
  owner?: string;
  /** Those that have ended as well. */
  ended?: true;
  order?: KeyOrder;
}

/** A whole key, or more of one than lists know. Words that people write have no digit or capital behind the underscore. */
const PART_OF_KEY = /\b(\w+_(?=[a-z]*[0-9A-Z])[0-9A-Za-z]{4})[0-9A-Za-z]+\b/g;

/**
 * Leaves of a key what lists know of it, so that it is found by any longer beginning. Somebody may also paste a key that has leaked. It
 * must stay out of addresses, which are kept in many places.
 */
export const withoutKeys = (words: string): string => words.replace(PART_OF_KEY, '$1');

const isDays = (value: unknown): value is number => Number.isInteger(value) && Number(value) > 0;

export function keyFiltersOf(search: Record<string, unknown>): KeyFilters {
  const { unused, ends, elevated, anyAddress, words, owner, ended, order } = search;
  const text = typeof words === 'string' || typeof words === 'number' ? withoutKeys(String(words)) : '';
  return {
    ...(isDays(unused) && { unused }),
    ...(isDays(ends) && { ends }),
    ...(elevated === true && { elevated }),
    ...(anyAddress === true && { anyAddress }),
    ...(text !== '' && { words: text }),
    ...(typeof owner === 'string' && { owner }),
    ...(ended === true && { ended }),
    ...(KEY_ORDERS.some((known) => known === order) && { order: order as KeyOrder }),
  };
}

/** What the service is asked for. */
export function listQueryOf(filters: KeyFilters): ListQuery {
  const { unused, ends, elevated, anyAddress, words, owner, ended, order = 'risk' } = filters;
  return {
    order,
    ...(owner === undefined && { owner: 'all' as const }),
    ...(owner !== undefined && owner !== 'mine' && { userId: owner }),
    ...(!ended && { state: 'live' as const }),
    ...(unused !== undefined && { unusedForDays: unused }),
    ...(ends !== undefined && { endsWithinDays: ends }),
    ...(elevated && { elevated }),
    ...(anyAddress && { anyAddress }),
    ...(words !== undefined && { words }),
  };
}

/** Returns whether something is left out that may be there. */
export const isNarrow = ({ owner, order: _order, ended: _ended, ...others }: KeyFilters): boolean =>
  (owner !== undefined && owner !== 'mine') || Object.keys(others).length > 0;

/** Returns the filters with one of them on, or off where it is on. */
export function toggled<Name extends keyof KeyFilters>(
  filters: KeyFilters,
  name: Name,
  value: NonNullable<KeyFilters[Name]>,
): KeyFilters {
  const { [name]: known, ...others } = filters;
  return known === undefined ? { ...others, [name]: value } : others;
}
