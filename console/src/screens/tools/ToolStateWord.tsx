import { useTranslation } from 'react-i18next';
import { StatusWord } from '../../parts/StatusWord';

export function ToolStateWord({ isOn }: { isOn: boolean }) {
  const { t } = useTranslation('tools');
  return <StatusWord meaning={isOn ? 'good' : 'danger'}>{isOn ? t('state.on') : t('state.off')}</StatusWord>;
}
