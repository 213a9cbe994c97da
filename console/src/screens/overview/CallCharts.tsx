import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart, type Series } from '../../parts/Chart';
import { Clock } from '../../parts/Time';
import { callSeries, spanOf } from './call-series';
import type { Overview } from './overview-query';

/** Calls and refusals, and how long calls took. A click shows the rows of that span. */
export function CallCharts({ overview }: { overview: Overview }) {
  const { t } = useTranslation('overview');
  const navigate = useNavigate();
  const charts = useMemo(() => {
    const durations: Series[] = [
      { label: 'p50', meaning: 'good', values: overview.series.map(({ p50Ms }) => p50Ms) },
      { label: 'p95', meaning: 'accent', values: overview.series.map(({ p95Ms }) => p95Ms) },
    ];
    const words = { answered: t('chart.answered'), others: t('chart.others') };
    return {
      times: overview.series.map(({ from }) => Date.parse(from) / 1_000),
      calls: callSeries(overview, words),
      durations,
    };
  }, [overview, t]);
  const common = {
    times: charts.times,
    height: 180,
    spanSeconds: overview.bucketSeconds,
    isLastUnfinished: true,
    onPick: (place: number) => void navigate({ to: '/audit', search: spanOf(overview, place) }),
  };
  return (
    <section className="grid gap-2">
      <div className="grid gap-6 md:grid-cols-2">
        <div className="grid min-w-0 content-start gap-2">
          <h2>{t('chart.calls')}</h2>
          <Chart label={t('chart.callsAbout')} kind="stacked" series={charts.calls} {...common} />
        </div>
        <div className="grid min-w-0 content-start gap-2">
          <h2>{t('chart.durations')}</h2>
          <Chart label={t('chart.durationsAbout')} unit="ms" series={charts.durations} {...common} />
        </div>
      </div>
      <p className="text-soft">{t('chart.unfinished')}</p>
      <Spans overview={overview} />
    </section>
  );
}

/** What the charts show, as text: for the keyboard and for who does not see them. */
function Spans({ overview }: { overview: Overview }) {
  const { t, i18n } = useTranslation('overview');
  const ms = (value: number | null) => (value === null ? '–' : `${value.toLocaleString(i18n.language)} ms`);
  return (
    <details>
      <summary className="text-soft">{t('spans.title')}</summary>
      <table className="mt-2 w-full table-fixed">
        <thead>
          <tr className="text-left text-soft">
            <th className="font-medium">{t('spans.from')}</th>
            {(['calls', 'refused', 'errors', 'p95'] as const).map((figure) => (
              <th key={figure} className="text-right font-medium">
                {t(`sum.${figure}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {overview.series.map(({ from, calls, refused, errors, p95Ms, unfinished }, place) =>
            calls === 0 ? null : (
              <tr key={from} className="border-t border-line">
                <td className="py-1">
                  <Link to="/audit" search={spanOf(overview, place)} className="underline">
                    <Clock at={from} />
                  </Link>
                  {unfinished && <span className="text-soft"> {t('spans.goesOn')}</span>}
                </td>
                <td className="text-right">{calls}</td>
                <td className="text-right">{refused}</td>
                <td className="text-right">{errors}</td>
                <td className="text-right">{ms(p95Ms)}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </details>
  );
}
