import { useTranslation } from 'react-i18next';
import { type Meaning, StatusWord } from '../../parts/StatusWord';
import type { OAuthClient } from './client-queries';

const MEANINGS: Record<OAuthClient['state'], Meaning> = {
  pending: 'attention',
  approved: 'good',
  blocked: 'danger',
};

export function ClientStateWord({ state }: Pick<OAuthClient, 'state'>) {
  const { t } = useTranslation('people');
  return <StatusWord meaning={MEANINGS[state]}>{t(`clientState.${state}`)}</StatusWord>;
}
