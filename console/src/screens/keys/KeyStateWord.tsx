import { useTranslation } from 'react-i18next';
import { StatusWord } from '../../parts/StatusWord';
import type { Key } from './key-queries';
import { STATE_MEANINGS, stateOf } from './key-state';

export function KeyStateWord({ apiKey }: { apiKey: Key }) {
  const { t } = useTranslation('keys');
  const state = stateOf(apiKey);
  return <StatusWord meaning={STATE_MEANINGS[state]}>{t(`state.${state}`)}</StatusWord>;
}
