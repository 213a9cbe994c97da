import type { Risk, ScopeEntry } from '../../api/scopes';
import type { Meaning } from '../../parts/StatusWord';
import type { Key } from './key-queries';

const DAY_MS = 86_400_000;
const SOON_MS = 7 * DAY_MS;

export type KeyState = 'active' | 'endsSoon' | 'disabled' | 'expired' | 'replaced' | 'revoked';

type StateOfKey = Pick<Key, 'revokedAt' | 'replacedBy' | 'expiresAt' | 'enabled'>;

/** Returns the one word that matters most about a key. */
export function stateOf(
  { revokedAt, replacedBy, expiresAt, enabled }: StateOfKey,
  now = Date.now(),
): KeyState {
  const end = expiresAt === null ? Infinity : Date.parse(expiresAt);
  if (revokedAt !== null) return replacedBy === null ? 'revoked' : 'replaced';
  if (end <= now) return replacedBy === null ? 'expired' : 'replaced';
  if (!enabled) return 'disabled';
  return end - now < SOON_MS ? 'endsSoon' : 'active';
}

export const isOver = (state: KeyState): boolean => ['expired', 'replaced', 'revoked'].includes(state);

export const STATE_MEANINGS: Record<KeyState, Meaning> = {
  active: 'good',
  endsSoon: 'attention',
  disabled: 'attention',
  expired: 'none',
  replaced: 'none',
  revoked: 'danger',
};

const RISKS: readonly Risk[] = ['low', 'medium', 'high', 'critical'];

/** Returns the highest risk of some scopes. */
export function riskOf(scopes: readonly string[], catalogue: readonly ScopeEntry[]): Risk | undefined {
  const risks = catalogue.filter(({ scope }) => scopes.includes(scope)).map(({ risk }) => risk);
  return RISKS.findLast((risk) => risks.includes(risk));
}
