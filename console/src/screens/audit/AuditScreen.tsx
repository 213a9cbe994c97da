import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../parts/Button';
import { DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { ProblemState } from '../../parts/ProblemState';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Waiting } from '../../parts/Waiting';
import { auditColumns } from './audit-columns';
import { filtersOf } from './audit-filters';
import { auditListQuery, type AuditRow, useExport } from './audit-queries';
import { AuditFilterBar } from './AuditFilterBar';
import { LiveLine } from './LiveLine';
import { SavedViews } from './SavedViews';
import { SealLine } from './SealLine';
import { useLiveTail } from './useLiveTail';

const route = getRouteApi('/audit');

/** Who did this, through which agent, and is the trail whole? */
export function AuditScreen() {
  const { t } = useTranslation('audit');
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const filters = filtersOf(search);
  const isLive = search.live === true;
  const tail = useLiveTail(filters, isLive);
  const list = useInfiniteQuery(auditListQuery(filters));
  const exporting = useExport(filters);
  const columns = useMemo(() => auditColumns(t), [t]);
  const listed = useMemo(() => list.data?.pages.flatMap(({ events }) => events) ?? [], [list.data]);
  const rows = useMemo(() => (isLive ? withTail(tail.rows, listed) : listed), [isLive, tail.rows, listed]);
  const readAnew = () => client.resetQueries({ queryKey: auditListQuery(filters).queryKey });
  const setLive = (live: boolean) => {
    void readAnew();
    const { live: _live, ...others } = search;
    void navigate({ to: '.', replace: true, search: live ? { ...others, live } : others });
  };
  return (
    <>
      <ScreenHeader title={t('title')}>
        <Button aria-pressed={isLive} kind={isLive ? 'primary' : 'plain'} onClick={() => setLive(!isLive)}>
          {isLive ? t('live.stop') : t('live.start')}
        </Button>
        {!isLive && <Button onClick={() => void readAnew()}>{t('refresh')}</Button>}
        {(['csv', 'ndjson'] as const).map((format) => (
          <Button key={format} disabled={exporting.isPending} onClick={() => exporting.mutate(format)}>
            {t(`export.${format}`)}
          </Button>
        ))}
      </ScreenHeader>
      <SealLine />
      <div className="grid gap-2">
        <AuditFilterBar search={search} known={listed} />
        <SavedViews search={search} />
      </div>
      {exporting.error && <ProblemState error={exporting.error} />}
      {isLive && <LiveLine tail={tail} />}
      {list.isLoadingError ? (
        <ProblemState error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Waiting rows={8} />
      ) : rows.length === 0 ? (
        <EmptyState text={isLive ? t('noneYet') : t('none')} />
      ) : (
        <DataTable
          label={t('title')}
          columns={columns}
          rows={rows}
          idOf={idOf}
          hasMore={!isLive && list.hasNextPage && !list.isFetchNextPageError}
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

const idOf = ({ id }: AuditRow) => id;

/** How many rows from before stay below the new ones. */
const BEFORE = 100;

/** Rows that came in, then those from before, each once. */
function withTail(tail: readonly AuditRow[], listed: readonly AuditRow[]): readonly AuditRow[] {
  if (tail.length === 0) return listed.slice(0, BEFORE);
  const seen = new Set(tail.map(({ id }) => id));
  return [...tail, ...listed.slice(0, BEFORE).filter(({ id }) => !seen.has(id))];
}
