import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type uPlot from 'uplot';
import { useLook } from '../style/useLook';
import { chartOptions, drawnValues, type Look } from './chart-options';
import { ChartLegend } from './ChartLegend';

export type ChartMeaning = 'accent' | 'danger' | 'attention' | 'good' | 'soft';

export interface Series {
  label: string;
  /** `null` where there was nothing to measure. */
  values: readonly (number | null)[];
  meaning: ChartMeaning;
}

export interface ChartProps {
  /** What it shows, for who does not see it. */
  label: string;
  /** Seconds since 1970. */
  times: readonly number[];
  series: readonly Series[];
  height?: number;
  /** `stacked`: bars whose parts add up, the first series at the bottom. */
  kind?: 'lines' | 'stacked';
  unit?: string;
  /** How long each value lasts, where they are of spans and not of moments. */
  spanSeconds?: number | undefined;
  /** The last span goes on, and is marked. */
  isLastUnfinished?: boolean;
  onPick?: (place: number) => void;
}

/**
 * Values over time from zero, with their numbers below: those under the pointer. The library is loaded when a chart is first shown, and
 * its place is kept until then.
 */
export function Chart(chart: ChartProps) {
  const { label, times, series, unit = '' } = chart;
  const [hovered, setHovered] = useState<number>();
  return (
    <figure aria-label={label} className="grid gap-1">
      <Drawing key={useLook()} {...chart} onHover={setHovered} />
      <ChartLegend times={times} series={series} unit={unit} place={hovered} />
    </figure>
  );
}

/** A canvas keeps the colours that it was drawn with, so another theme gets another one. */
function Drawing({
  times,
  series,
  height = 140,
  kind = 'lines',
  unit = '',
  spanSeconds,
  isLastUnfinished = false,
  onPick,
  onHover,
}: ChartProps & { onHover: (place: number | undefined) => void }) {
  const place = useRef<HTMLDivElement>(null);
  const { i18n } = useTranslation();
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  });
  useEffect(() => {
    let chart: uPlot | undefined;
    let isGone = false;
    const resized = new ResizeObserver(() => chart?.setSize({ width: place.current!.clientWidth, height }));
    const draw = async () => {
      const [{ default: UPlot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
      if (isGone || !place.current) return;
      const shape: Look = { kind, unit, spanSeconds, isLastUnfinished, language: i18n.language };
      const size = { width: place.current.clientWidth, height };
      chart = new UPlot(
        { ...size, ...chartOptions(UPlot, shape, times, series, onHover) },
        [times, ...drawnValues(kind, series)] as uPlot.AlignedData,
        place.current,
      );
      chart.over.addEventListener('click', () => {
        const at = chart?.cursor.idx;
        if (at !== null && at !== undefined) pick.current?.(at);
      });
      resized.observe(place.current);
    };
    void draw();
    return () => {
      isGone = true;
      resized.disconnect();
      chart?.destroy();
    };
  }, [times, series, height, kind, unit, spanSeconds, isLastUnfinished, onHover, i18n.language]);
  return (
    <div
      ref={place}
      aria-hidden="true"
      className={onPick && 'cursor-pointer'}
      style={{ height, overflow: 'hidden' }}
    />
  );
}
