import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Chart, type Series } from '../../parts/Chart';
import { ProblemState } from '../../parts/ProblemState';
import { Waiting } from '../../parts/Waiting';
import { usageQuery } from './key-queries';
import { type Usage, USAGE_DAYS } from './usage-sum';

/** What the key did, by day and by tool. */
export function KeyUsage({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(usageQuery(id, USAGE_DAYS));
  if (error) return <ProblemState error={error} retry={() => void refetch()} />;
  return data ? <UsageView usage={data} /> : <Waiting rows={5} />;
}

export function UsageView({ usage }: { usage: Usage }) {
  const { t } = useTranslation('keys');
  const { calls, failures, denials, limitsHit, perDay, perTool } = usage;
  const chart = useMemo(() => {
    const byDay = perDay.toSorted((one, other) => one.day.localeCompare(other.day));
    const series: Series[] = [
      { label: t('usage.calls'), meaning: 'accent', values: byDay.map(({ calls }) => calls) },
      { label: t('usage.denials'), meaning: 'danger', values: byDay.map(({ denials }) => denials) },
    ];
    return { times: byDay.map(({ day }) => Date.parse(day) / 1000), series };
  }, [perDay, t]);
  return (
    <section className="grid gap-2">
      <h2>{t('usage.title', { days: USAGE_DAYS })}</h2>
      <p>{t('usage.sum', { calls, failures, denials, limitsHit })}</p>
      {calls + denials > 0 && <Chart label={t('usage.chart')} {...chart} />}
      {perTool.length > 0 && (
        <table className="w-full table-fixed">
          <thead>
            <tr className="text-left text-soft">
              <th className="font-medium">{t('usage.tool')}</th>
              {(['calls', 'failures', 'denials'] as const).map((count) => (
                <th key={count} className="w-24 text-right font-medium">
                  {t(`usage.${count}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {perTool.map(({ tool, action, ...counts }) => (
              <tr key={`${tool} ${action}`} className="border-t border-line">
                <td className="truncate py-1 font-mono" title={tool ?? action}>
                  {tool ?? action}
                </td>
                {[counts.calls, counts.failures, counts.denials].map((count, place) => (
                  <td key={place} className="text-right">
                    {count}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
