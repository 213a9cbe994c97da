import { useTranslation } from 'react-i18next';
import { GrantList } from './GrantList';
import { PeopleHeader } from './PeopleHeader';
import { SessionList } from './SessionList';

/** Where am I signed in, and which programs act for me? */
export function MyAccessScreen() {
  const { t } = useTranslation('people');
  return (
    <>
      <PeopleHeader tab="me">
        <a href="/auth/pages/account" className="self-center text-accent underline">
          {t('account')}
        </a>
      </PeopleHeader>
      <SessionList />
      <GrantList />
    </>
  );
}
