import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { may, useMe } from '../../api/me';
import { FilterChip } from '../../parts/FilterChip';
import { ProblemState } from '../../parts/ProblemState';
import { ScreenHeader } from '../../parts/ScreenHeader';
import { Waiting } from '../../parts/Waiting';
import { AnomalyList } from './AnomalyList';
import { CallCharts } from './CallCharts';
import { HealthList } from './HealthList';
import { overviewQuery } from './overview-query';
import { WINDOWS } from './routes';
import { StartView } from './StartView';
import { StatusLine } from './StatusLine';
import { Sums } from './Sums';
import { ToolLists } from './ToolLists';

const route = getRouteApi('/');

/** Is all well, and if not, where do I click? */
export function OverviewScreen() {
  const me = useMe();
  return may(me, 'audit:read') ? <ServiceView /> : <StartView />;
}

function ServiceView() {
  const { t } = useTranslation('overview');
  const { window = '24h' } = route.useSearch();
  const { data, error, refetch } = useQuery(overviewQuery(window));
  return (
    <>
      <ScreenHeader title={t('title')}>
        {WINDOWS.map((one) => (
          <FilterChip key={one} to="/" search={one === '24h' ? {} : { window: one }} isOn={one === window}>
            {t(`window.${one}`)}
          </FilterChip>
        ))}
      </ScreenHeader>
      {data ? (
        <>
          {error && <ProblemState error={error} retry={() => void refetch()} />}
          <StatusLine overview={data} />
          <Sums overview={data} />
          <CallCharts overview={data} />
          <ToolLists overview={data} />
          <div className="grid items-start gap-6 md:grid-cols-2">
            <AnomalyList anomalies={data.anomalies} />
            <HealthList overview={data} />
          </div>
        </>
      ) : error ? (
        <ProblemState error={error} retry={() => void refetch()} />
      ) : (
        <Waiting rows={12} />
      )}
    </>
  );
}
