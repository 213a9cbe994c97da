import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { administrates, useMe } from '../../../api/me';
import { AuditLink } from '../../../parts/AuditLink';
import { ProblemState } from '../../../parts/ProblemState';
import { Waiting } from '../../../parts/Waiting';
import { SettingsHeader } from '../SettingsHeader';
import { NameForm } from './NameForm';
import { organizationQuery } from './organization-queries';
import { OrganizationFacts } from './OrganizationFacts';
import { Owners } from './Owners';

/** What is our organisation called, who owns it, and what may it do? */
export function OrganizationScreen() {
  const { t } = useTranslation('settings');
  const me = useMe();
  const { data, error, refetch } = useQuery(organizationQuery(me.organization.id));
  return (
    <>
      <SettingsHeader part="organization" />
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={8} />
      ) : administrates(me) ? (
        <>
          <NameForm key={data.id} organization={data} />
          <OrganizationFacts organization={data} />
          <Owners organizationId={data.id} />
          <AuditLink search={{ resource: `organization:${data.id}` }} />
          <p className="max-w-[640px] text-soft">{t('organization.others')}</p>
        </>
      ) : (
        <>
          <OrganizationFacts organization={data} />
          <p className="max-w-[640px] text-soft">{t('organization.whoMay')}</p>
        </>
      )}
    </>
  );
}
