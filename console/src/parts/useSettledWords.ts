import { useTranslation } from 'react-i18next';
import type { Settled } from '../api/client';

/** Says what happened, and how many replicas know of it. */
export function useSettledWords(): (what: string, settled: Settled | undefined) => string {
  const { t } = useTranslation('parts');
  return (what, settled) =>
    settled ? `${what} ${t('settled', { count: settled.replicas, ms: settled.waitedMs })}` : what;
}
