import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../parts/EmptyState';
import { type SettingsPart } from './find-settings';
import { SettingsHeader } from './SettingsHeader';

/** Says who may see a part, to somebody who may not. */
export function NotYours({ part }: { part: Exclude<SettingsPart, 'organization' | 'service'> }) {
  const { t } = useTranslation('settings');
  return (
    <>
      <SettingsHeader part={part} />
      <EmptyState text={t(`notYours.${part}`)} />
    </>
  );
}
