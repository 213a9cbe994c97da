import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/me';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Tabs } from '../../parts/Tabs';
import { type SettingsPart, settingsOf } from './find-settings';

/** What all parts of the settings have at the top. */
export function SettingsHeader({ part, children }: { part: SettingsPart; children?: ReactNode }) {
  const { t } = useTranslation('settings');
  const tabs = settingsOf(useMe()).map(({ id, to }) => ({ to, label: t(`part.${id}`), isOn: id === part }));
  return (
    <>
      <ScreenHeader title={t('title')}>{children}</ScreenHeader>
      <Tabs label={t('parts')} tabs={tabs} />
    </>
  );
}
