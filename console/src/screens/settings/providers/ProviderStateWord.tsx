import { useTranslation } from 'react-i18next';
import { StatusWord } from '../../../parts/StatusWord';
import type { Provider } from './provider-queries';
import { MEANINGS, stateOf } from './provider-state';

export function ProviderStateWord({ provider }: { provider: Provider }) {
  const { t } = useTranslation('settings');
  const state = stateOf(provider);
  return <StatusWord meaning={MEANINGS[state]}>{t(`providerState.${state}`)}</StatusWord>;
}
