import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { Ask } from '../../parts/Ask';
import { Button } from '../../parts/Button';
import { type Column, DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { NameField } from '../../parts/NameField';
import { ProblemState } from '../../parts/ProblemState';
import { Time } from '../../parts/Time';
import { useToasts } from '../../parts/toasts';
import { Waiting } from '../../parts/Waiting';
import { PeopleHeader } from './PeopleHeader';
import { type Team, teamListQuery, useCreateTeam } from './team-queries';

const teamColumns = (t: TFunction<'people'>): Column<Team>[] => [
  {
    id: 'name',
    header: t('column.name'),
    cell: ({ id, name }) => (
      <Link to="/people/teams/$teamId" params={{ teamId: id }} className="font-medium hover:underline">
        {name}
      </Link>
    ),
  },
  {
    id: 'members',
    header: t('team.members'),
    width: 112,
    className: 'text-right',
    cell: ({ members }) => members,
  },
  {
    id: 'role',
    header: t('team.mine'),
    width: 144,
    importance: 2,
    cell: ({ role }) => (role === null ? <span className="text-soft">–</span> : t(`teamRole.${role}`)),
  },
  {
    id: 'since',
    header: t('fact.since'),
    width: 128,
    importance: 1,
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
];

/** Who shares keys, agents and documents? */
export function TeamsScreen() {
  const { t } = useTranslation('people');
  const me = useMe();
  const [isMaking, setMaking] = useState(false);
  const list = useInfiniteQuery(teamListQuery);
  const teams = list.data?.pages.flatMap((page) => page.teams) ?? [];
  // Only an administrator makes a team.
  const make = may(me, 'admin') && (
    <Button kind="primary" onClick={() => setMaking(true)}>
      <Icon name="add" /> {t('team.create')}
    </Button>
  );
  return (
    <>
      <PeopleHeader tab="teams">{make}</PeopleHeader>
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={4} />
      ) : teams.length === 0 ? (
        <EmptyState text={t('team.none')} />
      ) : (
        <DataTable
          label={t('tab.teams')}
          columns={teamColumns(t)}
          rows={teams}
          idOf={({ id }) => id}
          hasMore={list.hasNextPage}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      {isMaking && <NewTeam onClose={() => setMaking(false)} />}
      <Outlet />
    </>
  );
}

function NewTeam({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('people');
  const tell = useToasts();
  const [name, setName] = useState('');
  const create = useCreateTeam();
  const run = () =>
    create.mutate(name.trim(), {
      onSuccess: () => {
        tell(t('team.made', { name: name.trim() }));
        onClose();
      },
    });
  return (
    <Ask
      title={t('team.create')}
      verb={t('team.create')}
      isReady={name.trim() !== ''}
      isRunning={create.isPending}
      error={create.error}
      onDo={run}
      onClose={onClose}
    >
      <NameField label={t('column.name')} hint={t('team.nameHint')} name={name} onChange={setName} />
    </Ask>
  );
}
