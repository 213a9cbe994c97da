import type { Meaning } from '../../parts/StatusWord';
import type { Verification } from './audit-queries';

export const STATE_MEANINGS: Record<Verification['state'], Meaning> = {
  queued: 'info',
  running: 'info',
  passed: 'good',
  failed: 'danger',
  stopped: 'none',
  lost: 'attention',
};

export const isUnended = ({ state }: Pick<Verification, 'state'>): boolean =>
  state === 'queued' || state === 'running';
