import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { scopesQuery } from '../../api/scopes';
import { Button, buttonClass } from '../../parts/Button';
import { DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { exportRows } from '../../parts/exportRows';
import { Icon } from '../../parts/Icon';
import { ProblemState } from '../../parts/ProblemState';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Waiting } from '../../parts/Waiting';
import { keyColumns } from './key-columns';
import { keyListQuery, type Key } from './key-queries';
import { stateOf } from './key-state';
import { KeyFilterBar } from './KeyFilterBar';

const route = getRouteApi('/keys');

/** Which of these keys should not exist? */
export function KeysScreen() {
  const { t } = useTranslation('keys');
  const me = useMe();
  const filters = route.useSearch();
  const list = useInfiniteQuery(keyListQuery(filters));
  const scopes = useQuery(scopesQuery).data ?? [];
  const keys = list.data?.pages.flatMap((page) => page.keys) ?? [];
  const create = may(me, 'keys:write') && (
    <Link to="/keys/new" className={buttonClass('primary')}>
      <Icon name="add" /> {t('create')}
    </Link>
  );
  return (
    <>
      <ScreenHeader title={t('title')}>
        <Button disabled={keys.length === 0} onClick={() => exportKeys(keys)}>
          {t('export')}
        </Button>
        {create}
      </ScreenHeader>
      <KeyFilterBar filters={filters} />
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={8} />
      ) : keys.length === 0 ? (
        <EmptyState
          text={filters.unused === undefined ? t('none') : t('noneUnused', { days: filters.unused })}
        >
          {create}
        </EmptyState>
      ) : (
        <DataTable
          label={t('title')}
          columns={keyColumns(t, scopes)}
          rows={keys}
          idOf={({ id }) => id}
          hasMore={list.hasNextPage}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      <Outlet />
    </>
  );
}

function exportKeys(keys: readonly Key[]): void {
  const members = ['id', 'name', 'start', 'createdAt', 'lastUsedAt', 'expiresAt'] as const;
  exportRows(
    'keys',
    [...members, 'state', 'scopes'],
    keys.map((key) => [...members.map((member) => key[member] ?? ''), stateOf(key), key.scopes.join(' ')]),
  );
}
