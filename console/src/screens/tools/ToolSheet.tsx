import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { AuditLink } from '../../parts/AuditLink';
import { Duration } from '../../parts/Duration';
import { EmptyState } from '../../parts/EmptyState';
import { Fact } from '../../parts/Fact';
import { ProblemState } from '../../parts/ProblemState';
import { Sheet } from '../../parts/Sheet';
import { Waiting } from '../../parts/Waiting';
import { StopFacts } from './StopFacts';
import { limitWords, useToolLimit } from './tool-limit';
import { type Tool, toolsQuery } from './tool-queries';
import { ToolCallers } from './ToolCallers';
import { ToolLimitChange } from './ToolLimitChange';
import { ToolStateWord } from './ToolStateWord';
import { ToolSwitch } from './ToolSwitch';

const route = getRouteApi('/tools/$tool');

/** Who may call the tool, how does it fare, how is it limited or stopped? */
export function ToolSheet() {
  const { t } = useTranslation('tools');
  const { tool: name } = route.useParams();
  const navigate = route.useNavigate();
  const me = useMe();
  const { data, error, refetch } = useQuery(toolsQuery);
  const tool = data?.find((one) => one.name === name);
  return (
    <Sheet title={name} onClose={() => void navigate({ to: '/tools', search: true })}>
      {error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Waiting rows={6} />
      ) : !tool ? (
        <EmptyState text={t('unknown', { name })} />
      ) : (
        <>
          <Facts tool={tool} />
          {tool.stop && <StopFacts stop={tool.stop} />}
          <div className="flex flex-wrap gap-2 empty:hidden">
            {may(me, 'service:write') && <ToolSwitch tool={tool} />}
            {may(me, 'limits:write') && <ToolLimitChange name={name} />}
          </div>
          <ToolCallers name={name} />
          <nav aria-label={t('audit.title')} className="flex flex-wrap gap-x-4">
            <AuditLink search={{ tool: name }}>{t('audit.calls')}</AuditLink>
            <AuditLink search={{ tool: name, outcome: 'failure' }}>{t('audit.errors')}</AuditLink>
            <AuditLink search={{ tool: name, outcome: 'denied' }}>{t('audit.refused')}</AuditLink>
          </nav>
        </>
      )}
    </Sheet>
  );
}

function Facts({ tool: { name, enabled, lastDay } }: { tool: Tool }) {
  const { t, i18n } = useTranslation('tools');
  const limit = useToolLimit(name);
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-1">
      <Fact name={t('column.state')}>
        <ToolStateWord isOn={enabled} />
      </Fact>
      {lastDay && (
        <>
          <Fact name={t('fact.day')}>
            {t('sum.day', {
              calls: lastDay.calls.toLocaleString(i18n.language),
              errors: lastDay.errors.toLocaleString(i18n.language),
              refused: lastDay.refused.toLocaleString(i18n.language),
            })}
          </Fact>
          <Fact name={t('column.p95')}>
            <Duration ms={lastDay.p95Ms} />
          </Fact>
        </>
      )}
      <Fact name={t('fact.limit')}>{limit ? limitWords(t, limit) : '\u00a0'}</Fact>
    </dl>
  );
}
