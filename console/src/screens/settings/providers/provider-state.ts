import type { Meaning } from '../../../parts/StatusWord';
import type { Provider } from './provider-queries';

const SOON_MS = 30 * 86_400_000;

export type ProviderState = 'off' | 'certificateEnded' | 'certificateEnds' | 'unused' | 'on';

export const MEANINGS: Record<ProviderState, Meaning> = {
  off: 'danger',
  certificateEnded: 'attention',
  certificateEnds: 'attention',
  unused: 'info',
  on: 'good',
};

/** The end of a certificate is not enforced, but the provider may sign with another one from then on. */
export function stateOf({ enabled, certificates, lastUsedAt }: Provider, now = Date.now()): ProviderState {
  if (!enabled) return 'off';
  const end = certificates && Math.max(...certificates.map(({ validTo }) => Date.parse(validTo)));
  if (end !== null && end < now) return 'certificateEnded';
  if (end !== null && end < now + SOON_MS) return 'certificateEnds';
  return lastUsedAt === null ? 'unused' : 'on';
}
