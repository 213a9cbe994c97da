import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Tabs } from '../../parts/Tabs';

const TABS = [
  { id: 'users', to: '/people', scope: 'users:read' },
  { id: 'teams', to: '/people/teams', scope: 'teams:read' },
  { id: 'invitations', to: '/people/invitations', scope: 'users:read' },
  { id: 'clients', to: '/people/clients', scope: 'clients:read' },
  { id: 'me', to: '/people/me', scope: 'sessions:read' },
] as const;

export type PeopleTab = (typeof TABS)[number]['id'];

/** What all parts of the screen have at the top. */
export function PeopleHeader({ tab, children }: { tab: PeopleTab; children?: ReactNode }) {
  const { t } = useTranslation('people');
  const me = useMe();
  const tabs = TABS.filter(({ scope }) => may(me, scope)).map(({ id, to }) => ({
    to,
    label: t(`tab.${id}`),
    isOn: id === tab,
  }));
  return (
    <>
      <ScreenHeader title={t('title')}>{children}</ScreenHeader>
      <Tabs label={t('tabs')} tabs={tabs} />
    </>
  );
}
