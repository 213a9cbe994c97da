import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Tabs } from '../../parts/Tabs';

const TABS = [
  { id: 'library', to: '/documents' },
  { id: 'folders', to: '/documents/folders' },
  { id: 'synonyms', to: '/documents/synonyms' },
] as const;

interface HeaderProps {
  tab: (typeof TABS)[number]['id'];
  children?: ReactNode;
}

/** What all parts of the screen have at the top. */
export function DocumentsHeader({ tab, children }: HeaderProps) {
  const { t } = useTranslation('documents');
  const tabs = TABS.map(({ id, to }) => ({ to, label: t(`tab.${id}`), isOn: id === tab }));
  return (
    <>
      <ScreenHeader title={t('title')}>{children}</ScreenHeader>
      <Tabs label={t('tabs')} tabs={tabs} />
    </>
  );
}
