import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { useMemo } from 'react';
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
import { agentColumns } from './agent-columns';
import { type Agent, agentListQuery } from './agent-queries';
import { treeOf } from './agent-tree';
import { AgentFilterBar } from './AgentFilterBar';

const route = getRouteApi('/agents');

/** Which of these agents should not exist? */
export function AgentsScreen() {
  const { t } = useTranslation('agents');
  const me = useMe();
  const filters = route.useSearch();
  const list = useInfiniteQuery(agentListQuery(filters));
  const scopes = useQuery(scopesQuery).data;
  const rows = useMemo(() => treeOf(list.data?.pages.flatMap((page) => page.agents) ?? []), [list.data]);
  const columns = useMemo(() => agentColumns(t, scopes ?? []), [t, scopes]);
  const create = may(me, 'agents:create') && (
    <Link to="/agents/new" className={buttonClass('primary')}>
      <Icon name="add" /> {t('create')}
    </Link>
  );
  return (
    <>
      <ScreenHeader title={t('title')}>
        <Button disabled={rows.length === 0} onClick={() => exportAgents(rows.map(({ agent }) => agent))}>
          {t('export')}
        </Button>
        {create}
      </ScreenHeader>
      <AgentFilterBar filters={filters} />
      {list.error ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={8} />
      ) : rows.length === 0 ? (
        <EmptyState text={Object.keys(filters).length === 0 ? t('none') : t('noneOf')}>{create}</EmptyState>
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          idOf={({ agent }) => agent.id}
          hasMore={list.hasNextPage}
          isReadingMore={list.isFetchingNextPage}
          onMore={() => void list.fetchNextPage()}
        />
      )}
      <Outlet />
    </>
  );
}

function exportAgents(agents: readonly Agent[]): void {
  const members = ['id', 'name', 'description', 'ownerId', 'ownerName', 'createdAt', 'endsAt'] as const;
  exportRows(
    'agents',
    [...members, 'lastUse', 'stoppedBy', 'scopes'],
    agents.map((agent) => [
      ...members.map((member) => agent[member] ?? ''),
      agent.lastUse?.at ?? '',
      agent.stoppedBy.join(' '),
      agent.scopes.join(' '),
    ]),
  );
}
