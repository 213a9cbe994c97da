import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../../api/me';
import { Button } from '../../../parts/Button';
import { type Column, DataTable } from '../../../parts/DataTable';
import { Icon } from '../../../parts/Icon';
import { ProblemState } from '../../../parts/ProblemState';
import { Time } from '../../../parts/Time';
import { Waiting } from '../../../parts/Waiting';
import { NotYours } from '../NotYours';
import { SettingsHeader } from '../SettingsHeader';
import { NewOrganization } from './NewOrganization';
import { type Organization, organizationListQuery } from './organization-queries';

const organizationColumns = (t: TFunction<'settings'>): Column<Organization>[] => [
  {
    id: 'name',
    header: t('fact.name'),
    cell: ({ id, name, isDefault }) => (
      <Link
        to="/settings/organizations/$organizationId"
        params={{ organizationId: id }}
        className="hover:underline"
      >
        <span className="font-medium">{name}</span>{' '}
        {isDefault && <span className="text-soft">{t('organization.runsService')}</span>}
      </Link>
    ),
  },
  {
    id: 'members',
    header: t('fact.members'),
    width: 112,
    className: 'text-right',
    cell: ({ members }) => members,
  },
  {
    id: 'limit',
    header: t('fact.limit'),
    width: 176,
    importance: 2,
    cell: ({ requestsPerMinute }) =>
      requestsPerMinute === null ? (
        <span className="text-soft">{t('organization.noLimit')}</span>
      ) : (
        t('perMinute', { count: requestsPerMinute })
      ),
  },
  {
    id: 'since',
    header: t('fact.since'),
    width: 144,
    importance: 1,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

/** Which companies does the service have? Operators make and end them. */
export function OrganizationsScreen() {
  return useMe().user.isOperator ? <Organizations /> : <NotYours part="organizations" />;
}

function Organizations() {
  const { t } = useTranslation('settings');
  const [isMaking, setMaking] = useState(false);
  const list = useInfiniteQuery(organizationListQuery);
  return (
    <>
      <SettingsHeader part="organizations">
        <Button kind="primary" onClick={() => setMaking(true)}>
          <Icon name="add" /> {t('organization.create')}
        </Button>
      </SettingsHeader>
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={4} />
      ) : (
        <DataTable
          label={t('part.organizations')}
          columns={organizationColumns(t)}
          rows={list.data.pages.flatMap((page) => page.organizations)}
          idOf={({ id }) => id}
          hasMore={list.hasNextPage}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {isMaking && <NewOrganization onClose={() => setMaking(false)} />}
      <Outlet />
    </>
  );
}
