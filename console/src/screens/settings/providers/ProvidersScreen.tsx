import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { connectsCompanies, useMe } from '../../../api/me';
import { buttonClass } from '../../../parts/Button';
import { type Column, DataTable } from '../../../parts/DataTable';
import { EmptyState } from '../../../parts/EmptyState';
import { Icon } from '../../../parts/Icon';
import { ProblemState } from '../../../parts/ProblemState';
import { Time } from '../../../parts/Time';
import { Waiting } from '../../../parts/Waiting';
import { NotYours } from '../NotYours';
import { SettingsHeader } from '../SettingsHeader';
import { type Provider, providersQuery } from './provider-queries';
import { ProviderStateWord } from './ProviderStateWord';

const providerColumns = (t: TFunction<'settings'>): Column<Provider>[] => [
  {
    id: 'name',
    header: t('fact.name'),
    cell: ({ id, name }) => (
      <Link
        to="/settings/providers/$connectionId"
        params={{ connectionId: id }}
        className="font-medium hover:underline"
      >
        {name}
      </Link>
    ),
  },
  {
    id: 'state',
    header: t('fact.state'),
    width: 192,
    narrow: 160,
    cell: (provider) => <ProviderStateWord provider={provider} />,
  },
  {
    id: 'kind',
    header: t('fact.kind'),
    width: 160,
    importance: 1,
    cell: ({ kind }) => t(`kind.${kind}`),
  },
  {
    id: 'domains',
    header: t('domains'),
    importance: 3,
    cell: ({ domains }) => domains.join(', '),
  },
  {
    id: 'used',
    header: t('fact.used'),
    width: 144,
    importance: 2,
    cell: ({ lastUsedAt }) => <Time at={lastUsedAt} otherwise={t('never')} />,
  },
];

/** By which providers do the people of companies sign in, and do they work? */
export function ProvidersScreen() {
  return connectsCompanies(useMe()) ? <Providers /> : <NotYours part="providers" />;
}

function Providers() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(providersQuery);
  const add = (
    <Link to="/settings/providers/new" className={buttonClass('primary')}>
      <Icon name="add" /> {t('provider.add')}
    </Link>
  );
  return (
    <>
      <SettingsHeader part="providers">{add}</SettingsHeader>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={4} />
      ) : data.length === 0 ? (
        <EmptyState text={t('provider.none')} />
      ) : (
        <DataTable
          label={t('part.providers')}
          columns={providerColumns(t)}
          rows={data}
          idOf={({ id }) => id}
          hasMore={false}
          isReadingMore={false}
          onMore={() => undefined}
        />
      )}
      <Outlet />
    </>
  );
}
