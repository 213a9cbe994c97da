import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { buttonClass } from '../../parts/Button';
import { type Column, DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { ProblemState } from '../../parts/ProblemState';
import { Time } from '../../parts/Time';
import { Waiting } from '../../parts/Waiting';
import { clientListQuery, type OAuthClient } from './client-queries';
import { ClientStateWord } from './ClientStateWord';
import { PeopleHeader } from './PeopleHeader';

const clientColumns = (t: TFunction<'people'>): Column<OAuthClient>[] => [
  {
    id: 'name',
    header: t('column.name'),
    cell: ({ clientId, name }) => (
      <Link to="/people/clients/$clientId" params={{ clientId }} className="font-medium hover:underline">
        {name ?? clientId}
      </Link>
    ),
  },
  {
    id: 'state',
    header: t('column.state'),
    width: 144,
    cell: ({ state }) => <ClientStateWord state={state} />,
  },
  {
    id: 'origin',
    header: t('client.origin'),
    width: 176,
    importance: 1,
    cell: ({ origin }) => t(`origin.${origin}`),
  },
  {
    id: 'used',
    header: t('client.used'),
    width: 144,
    importance: 2,
    cell: ({ lastUsedAt }) => <Time at={lastUsedAt} otherwise={t('never')} />,
  },
];

/** Which programs may ask people to let them in? Those that wait for a decision come first. */
export function ClientsScreen() {
  const { t } = useTranslation('people');
  const list = useInfiniteQuery(clientListQuery);
  const clients = (list.data?.pages.flatMap((page) => page.clients) ?? []).toSorted(
    (one, other) => Number(other.state === 'pending') - Number(one.state === 'pending'),
  );
  const add = may(useMe(), 'clients:write') && (
    <Link to="/people/clients/new" className={buttonClass('primary')}>
      <Icon name="add" /> {t('client.add')}
    </Link>
  );
  return (
    <>
      <PeopleHeader tab="clients">{add}</PeopleHeader>
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={4} />
      ) : clients.length === 0 ? (
        <EmptyState text={t('client.none')} />
      ) : (
        <DataTable
          label={t('tab.clients')}
          columns={clientColumns(t)}
          rows={clients}
          idOf={({ clientId }) => clientId}
          hasMore={list.hasNextPage}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      <Outlet />
    </>
  );
}
