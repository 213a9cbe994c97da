import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../../api/me';
import { Fact } from '../../../parts/Fact';
import { ShortId } from '../../../parts/ShortId';
import { Time } from '../../../parts/Time';
import type { Organization } from './organization-queries';

export function OrganizationFacts({ organization }: { organization: Organization }) {
  const { t } = useTranslation('settings');
  const me = useMe();
  const { id, name, members, role, isDefault, requestsPerMinute, createdAt } = organization;
  return (
    <dl className="grid max-w-[640px] grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('fact.name')}>
        {name} {isDefault && <span className="text-soft">{t('organization.runsService')}</span>}
      </Fact>
      <Fact name={t('fact.members')}>
        {id === me.organization.id && may(me, 'users:read') ? (
          <Link to="/people" className="text-accent underline">
            {t('people', { count: members })}
          </Link>
        ) : (
          t('people', { count: members })
        )}
      </Fact>
      <Fact name={t('fact.myRole')}>{role === null ? t('organization.notIn') : t(`role.${role}`)}</Fact>
      <Fact name={t('fact.limit')}>
        {requestsPerMinute === null
          ? t('organization.noLimit')
          : t('perMinute', { count: requestsPerMinute })}
      </Fact>
      <Fact name={t('fact.since')}>
        <Time at={createdAt} />
      </Fact>
      <Fact name={t('fact.id')}>
        <ShortId id={id} />
      </Fact>
    </dl>
  );
}
