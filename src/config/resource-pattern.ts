/** Resources that agents never reach: all of a kind, or those of its ids that fit. */
export interface ResourcePattern {
  kind: string;
  /** `*` stands for any run of characters; of `*` alone: the whole kind. */
  id: string;
}

/** Section by section what no agent has business with: accounts, keys, the trail, how the service is set up, money. */
export const DEFAULT_DENIED: readonly string[] = [
  'user:*',
  'api_key:*',
  'session:*',
  'identity:*',
  'audit:*',
  'audit_log:*',
  'settings:*',
  'system:config*',
  'payment:*',
];

export const MAX_PATTERNS = 200;
/** Names of kinds are short words; an id has no comma, which separates patterns, and no space. */
const PATTERN = /^([a-z][a-z0-9_-]{0,62})(?::([!-+\--~]{1,128}))?$/i;

/**
 * Reads `kind`, `kind:*` or `kind:id`, in which `*` stands for any run of characters. Capitals make no difference.
 *
 * @example `parseResourcePattern('invoice:2024-*')` is `{ kind: 'invoice', id: '2024-*' }`
 * @returns nothing where the text is no pattern
 */
export function parseResourcePattern(text: string): ResourcePattern | undefined {
  const [, kind, id = '*'] = PATTERN.exec(text) ?? [];
  return kind === undefined
    ? undefined
    : { kind: kind.toLowerCase(), id: id.toLowerCase().replace(/\*+/g, '*') };
}
