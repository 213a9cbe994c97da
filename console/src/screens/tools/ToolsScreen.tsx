import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { scopesQuery } from '../../api/scopes';
import { Button } from '../../parts/Button';
import { DataTable } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { exportRows } from '../../parts/exportRows';
import { FilterChip } from '../../parts/FilterChip';
import { MayNot } from '../../parts/MayNot';
import { ProblemState } from '../../parts/ProblemState';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Waiting } from '../../parts/Waiting';
import { AllCalls, StopAllCalls } from './AllCalls';
import { type ToolView, VIEWS } from './routes';
import { toolColumns } from './tool-columns';
import { type Tool, toolsQuery } from './tool-queries';
import { sumOf, toolsIn } from './tool-view';

const route = getRouteApi('/tools');

/** Who may call what, and how does it fare? */
export function ToolsScreen() {
  const { t, i18n } = useTranslation('tools');
  const me = useMe();
  const { show } = route.useSearch();
  const { data, error, refetch } = useQuery(toolsQuery);
  const scopes = useQuery(scopesQuery).data ?? [];
  const shown = toolsIn(data ?? [], show);
  if (!may(me, 'service:read')) return <MayNot title={t('title')} text={t('mayNot')} />;
  return (
    <>
      <ScreenHeader title={t('title')}>
        {shown.length > 0 && <Button onClick={() => exportTools(shown)}>{t('export')}</Button>}
        <StopAllCalls />
      </ScreenHeader>
      <AllCalls />
      <Summary tools={data} />
      <Views tools={data ?? []} shown={show} />
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={8} />
      ) : shown.length === 0 ? (
        <EmptyState text={show === undefined ? t('none') : t(`noneOf.${show}`)} />
      ) : (
        <DataTable
          label={t('title')}
          columns={toolColumns(t, i18n.language, scopes)}
          rows={shown}
          idOf={({ name }) => name}
          hasMore={false}
          isReadingMore={false}
          onMore={() => undefined}
        />
      )}
      <Outlet />
    </>
  );
}

/** One line says how all tools fared. Its place is kept until that is known. */
function Summary({ tools }: { tools: readonly Tool[] | undefined }) {
  const { t } = useTranslation('tools');
  if (!tools) return <p>&nbsp;</p>;
  const off = tools.filter(({ enabled }) => !enabled).length;
  const hasFigures = tools.some(({ lastDay }) => lastDay !== null);
  return (
    <p>
      {t('sum.tools', { count: tools.length })}{' '}
      {off > 0 && <span className="text-danger">{t('sum.off', { count: off })} </span>}
      <span className="text-soft">{hasFigures ? t('sum.day', sumOf(tools)) : t('sum.noFigures')}</span>
    </p>
  );
}

function Views({ tools, shown }: { tools: readonly Tool[]; shown: ToolView | undefined }) {
  const { t } = useTranslation('tools');
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('filters')}>
      {VIEWS.map((view) => (
        <FilterChip
          key={view}
          to="/tools"
          search={view === shown ? {} : { show: view }}
          isOn={view === shown}
        >
          {t(`view.${view}`)} <span className="text-soft">{toolsIn(tools, view).length}</span>
        </FilterChip>
      ))}
    </div>
  );
}

function exportTools(tools: readonly Tool[]): void {
  const counts = ['calls', 'errors', 'refused', 'p95Ms'] as const;
  exportRows(
    'tools',
    ['name', 'enabled', ...counts],
    tools.map(({ name, enabled, lastDay }) => [
      name,
      String(enabled),
      ...counts.map((count) => String(lastDay?.[count] ?? '')),
    ]),
  );
}
