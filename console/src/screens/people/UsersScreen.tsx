import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate, Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Button } from '../../parts/Button';
import { DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { exportRows } from '../../parts/exportRows';
import { FilterChip } from '../../parts/FilterChip';
import { Icon } from '../../parts/Icon';
import { ProblemState } from '../../parts/ProblemState';
import { Waiting } from '../../parts/Waiting';
import { Invite } from './Invite';
import { type User, userListQuery } from './people-queries';
import { PeopleHeader } from './PeopleHeader';
import { USER_VIEWS, type UserView } from './routes';
import { strengthOf } from './StrengthWord';
import { userColumns } from './user-columns';

const route = getRouteApi('/people');

const SHOWS: Record<UserView, (user: User) => boolean> = {
  weak: (user) => user.isActive && strengthOf(user) === 'password',
  admins: ({ role }) => role === 'admin' || role === 'owner',
  deactivated: ({ isActive }) => !isActive,
};

/** Who can come in, and with what strength? */
export function UsersScreen() {
  return may(useMe(), 'users:read') ? <Users /> : <Navigate to="/people/teams" replace />;
}

function Users() {
  const { t } = useTranslation('people');
  const me = useMe();
  const { show } = route.useSearch();
  const [isInviting, setInviting] = useState(false);
  const list = useInfiniteQuery(userListQuery);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    // A view is of all people, so that nobody is missing from it.
    if (show !== undefined && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [show, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const users = list.data?.pages.flatMap((page) => page.users) ?? [];
  const shown = show === undefined ? users : users.filter(SHOWS[show]);
  return (
    <>
      <PeopleHeader tab="users">
        {shown.length > 0 && <Button onClick={() => exportUsers(shown)}>{t('export')}</Button>}
        {may(me, 'users:write') && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            <Icon name="add" /> {t('invite')}
          </Button>
        )}
      </PeopleHeader>
      <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('filters')}>
        {USER_VIEWS.map((view) => (
          <FilterChip
            key={view}
            to="/people"
            search={view === show ? {} : { show: view }}
            isOn={view === show}
          >
            {t(`view.${view}`)}
          </FilterChip>
        ))}
      </div>
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={8} />
      ) : shown.length === 0 && !hasNextPage ? (
        <EmptyState text={show === undefined ? t('none') : t(`noneOf.${show}`)} />
      ) : (
        <DataTable
          label={t('tab.users')}
          columns={userColumns(t)}
          rows={shown}
          idOf={({ id }) => id}
          hasMore={hasNextPage}
          isReadingMore={isFetchingNextPage}
          onMore={() => void fetchNextPage()}
        />
      )}
      {isInviting && <Invite onClose={() => setInviting(false)} />}
      <Outlet />
    </>
  );
}

function exportUsers(users: readonly User[]): void {
  const members = ['id', 'name', 'email', 'role', 'lastSeenAt'] as const;
  exportRows(
    'people',
    [...members, 'isActive', 'signsInBy'],
    users.map((user) => [
      ...members.map((member) => user[member] ?? ''),
      String(user.isActive),
      user.signsInBy?.join(' ') ?? '',
    ]),
  );
}
