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
import { directoriesQuery, type Directory } from './directory-queries';
import { ScimAddress } from './ScimAddress';

const directoryColumns = (t: TFunction<'settings'>): Column<Directory>[] => [
  {
    id: 'name',
    header: t('fact.name'),
    cell: ({ id, name }) => (
      <Link
        to="/settings/directories/$connectionId"
        params={{ connectionId: id }}
        className="font-medium hover:underline"
      >
        {name}
      </Link>
    ),
  },
  {
    id: 'domains',
    header: t('domains'),
    importance: 2,
    cell: ({ domains }) => domains.join(', '),
  },
  {
    id: 'since',
    header: t('fact.since'),
    width: 144,
    importance: 1,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  {
    id: 'used',
    header: t('directory.used'),
    width: 160,
    cell: ({ lastUsedAt }) => <Time at={lastUsedAt} otherwise={t('never')} />,
  },
];

/** Which directories add and remove people, and when did each last call? */
export function DirectoriesScreen() {
  return connectsCompanies(useMe()) ? <Directories /> : <NotYours part="directories" />;
}

function Directories() {
  const { t } = useTranslation('settings');
  const { data, error, refetch } = useQuery(directoriesQuery);
  const add = (
    <Link to="/settings/directories/new" className={buttonClass('primary')}>
      <Icon name="add" /> {t('directory.connect')}
    </Link>
  );
  return (
    <>
      <SettingsHeader part="directories">{add}</SettingsHeader>
      <p className="max-w-[640px] text-soft">{t('directory.about')}</p>
      <ScimAddress />
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={4} />
      ) : data.length === 0 ? (
        <EmptyState text={t('directory.none')} />
      ) : (
        <DataTable
          label={t('part.directories')}
          columns={directoryColumns(t)}
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
