import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
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
import { isNarrow } from './key-filters';
import { keyListQuery, type ListedKey } from './key-queries';
import { stateOf } from './key-state';
import { KeyFilterBar } from './KeyFilterBar';

const route = getRouteApi('/keys');

/** Two keys are compared. */
const COMPARED = 2;

/** Which of these keys should not exist? */
export function KeysScreen() {
  const { t } = useTranslation('keys');
  const me = useMe();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const [picked, setPicked] = useState<readonly string[]>([]);
  const list = useInfiniteQuery(keyListQuery(filters));
  const scopes = useQuery(scopesQuery).data;
  const keys = useMemo(() => eachOnce(list.data?.pages.flatMap((page) => page.keys) ?? []), [list.data]);
  const hasOwners = filters.owner === undefined;
  const columns = useMemo(
    () =>
      keyColumns(t, {
        scopes: scopes ?? [],
        hasOwners,
        picked,
        isFull: picked.length === COMPARED,
        onPick: (id) =>
          setPicked((known) => (known.includes(id) ? known.filter((one) => one !== id) : [...known, id])),
      }),
    [t, scopes, hasOwners, picked],
  );
  const compare = () => {
    const [one = '', other = ''] = picked;
    void navigate({ to: '/keys/compare/$one/$other', params: { one, other }, search: true });
  };
  const create = may(me, 'keys:write') && (
    <Link to="/keys/new" className={buttonClass('primary')}>
      <Icon name="add" /> {t('create')}
    </Link>
  );
  return (
    <>
      <ScreenHeader title={t('title')}>
        <Button
          className="max-sm:hidden"
          disabled={picked.length !== COMPARED}
          title={t('compare.hint')}
          onClick={compare}
        >
          {t('compare.do')}
        </Button>
        <Button disabled={keys.length === 0} onClick={() => exportKeys(keys)}>
          {t('export')}
        </Button>
        {create}
      </ScreenHeader>
      <KeyFilterBar filters={filters} />
      {list.isLoadingError ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={8} />
      ) : keys.length === 0 ? (
        isNarrow(filters) ? (
          <EmptyState text={t('noneFound')}>
            <Link to="/keys" search={{}} className={buttonClass()}>
              {t('showAll')}
            </Link>
          </EmptyState>
        ) : (
          <EmptyState text={t('none')}>{create}</EmptyState>
        )
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={keys}
          idOf={idOf}
          hasMore={list.hasNextPage && !list.isFetchNextPageError}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {list.isFetchNextPageError && (
        <ProblemState error={list.error} retry={() => void list.fetchNextPage()} />
      )}
      <Outlet />
    </>
  );
}

const idOf = ({ id }: ListedKey) => id;

/** A key that is used while somebody reads on moves in the order, and may come again. */
const eachOnce = (keys: readonly ListedKey[]): ListedKey[] => [
  ...new Map(keys.map((key) => [key.id, key])).values(),
];

function exportKeys(keys: readonly ListedKey[]): void {
  const members = ['id', 'name', 'start', 'createdAt', 'lastUsedAt', 'expiresAt'] as const;
  exportRows(
    'keys',
    [...members, 'state', 'scopes', 'owner'],
    keys.map((key) => [
      ...members.map((member) => key[member] ?? ''),
      stateOf(key),
      key.scopes.join(' '),
      key.owner?.name ?? key.userId,
    ]),
  );
}
