import { useTranslation } from 'react-i18next';
import type { ChartMeaning, ChartProps } from './Chart';
import { classes } from './classes';
import { clockTime } from './Time';

const MARKS: Record<ChartMeaning, string> = {
  accent: 'bg-accent',
  danger: 'bg-danger',
  attention: 'bg-attention',
  good: 'bg-good',
  soft: 'bg-soft',
};

/** Names the series of a chart, with their values at one time. */
export function ChartLegend({
  times,
  series,
  unit,
  place,
}: Pick<ChartProps, 'times' | 'series' | 'unit'> & { place: number | undefined }) {
  const { i18n } = useTranslation();
  const valueOf = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : `${value.toLocaleString(i18n.language)} ${unit}`;
  const at = place === undefined ? undefined : times[place];
  return (
    <div className="flex min-h-10 flex-wrap content-start gap-x-4 text-soft" data-legend>
      {series.map(({ label, meaning, values }) => (
        <span key={label} className="inline-flex items-center gap-1.5">
          <span aria-hidden="true" className={classes('size-2.5 rounded-sm', MARKS[meaning])} />
          {label}
          {place !== undefined && <span className="font-medium text-text">{valueOf(values[place])}</span>}
        </span>
      ))}
      {at !== undefined && (
        <span className="ml-auto">{clockTime(new Date(at * 1_000).toISOString(), i18n.language)}</span>
      )}
    </div>
  );
}
