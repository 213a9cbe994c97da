import type uPlot from 'uplot';
import { regionOf } from '../language/region';
import { colourOf } from '../style/colour-of';
import type { ChartProps, Series } from './Chart';

export type Look = Required<Pick<ChartProps, 'kind' | 'unit' | 'isLastUnfinished'>> & {
  spanSeconds: number | undefined;
  language: string;
};

const DAY_SECONDS = 86_400;
/** Up to so many values each has a mark, so that one between gaps is seen. */
const MARKED = 100;
/** The room of a time with a space beside it, in pixels. */
const LABEL_PX = 80;
/** The highest value does not touch the edge. */
const HEADROOM = 1.05;

/** Bars that stand on each other are drawn as the sums from the bottom up, the highest first, so that lower ones cover them. */
export function drawnValues(kind: Look['kind'], series: readonly Series[]): (number | null)[][] {
  if (kind === 'lines') return series.map(({ values }) => [...values]);
  let below: number[] = [];
  const sums = series.map(({ values }) => {
    below = values.map((value, place) => (value ?? 0) + (below[place] ?? 0));
    return below;
  });
  return sums.toReversed();
}

/** How the library draws a chart. Its own legend is left out, because it is not for screen readers. */
export function chartOptions(
  UPlot: typeof uPlot,
  { kind, unit, spanSeconds = 0, isLastUnfinished, language }: Look,
  times: readonly number[],
  series: readonly Series[],
  onHover: (place: number | undefined) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const first = times[0] ?? 0;
  const last = (times.at(-1) ?? 0) + spanSeconds;
  const axis = { stroke: colourOf('soft'), grid: { stroke: colourOf('line'), width: 1 } };
  const clock = new Intl.DateTimeFormat(
    regionOf(language),
    last - first > 2 * DAY_SECONDS ? { day: 'numeric', month: 'short' } : { timeStyle: 'short' },
  );
  const isStacked = kind === 'stacked';
  const drawn = isStacked ? series.toReversed() : series;
  return {
    legend: { show: false },
    cursor: {
      drag: { x: false, y: false },
      points: { show: !isStacked },
      ...(spanSeconds > 0 && {
        dataIdx: (_chart, _series, _near, at) =>
          Math.min(times.length - 1, Math.max(0, Math.floor((at - first) / spanSeconds))),
      }),
    },
    scales: {
      x: spanSeconds > 0 ? { range: [first, last] } : {},
      y: { range: (_chart, _low, high) => [0, Math.max(high * HEADROOM, 1)] },
    },
    axes: [
      {
        ...axis,
        space: LABEL_PX,
        values: (_chart, marks) => marks.map((mark) => clock.format(mark * 1_000)),
      },
      {
        ...axis,
        size: 64,
        values: (_chart, marks) =>
          marks.map((mark) => (Number.isInteger(mark) ? `${mark.toLocaleString(language)} ${unit}` : '')),
      },
    ],
    series: [
      {},
      ...drawn.map(({ label, meaning }): uPlot.Series => {
        const stroke = colourOf(meaning);
        return isStacked
          ? { label, stroke, fill: stroke, width: 0, paths: UPlot.paths.bars!({ size: [0.8, 40], align: 1 }) }
          : { label, stroke, width: 2, points: { show: times.length <= MARKED, size: 4, fill: stroke } };
      }),
    ],
    hooks: {
      setCursor: [({ cursor: { idx, left = -1 } }) => onHover(left < 0 ? undefined : (idx ?? undefined))],
      draw: isLastUnfinished ? [(chart) => markLast(chart, times.at(-1) ?? 0)] : [],
    },
  };
}

/** The span that goes on is paler than the others, and a dashed line is where it begins. */
function markLast(chart: uPlot, from: number): void {
  const { ctx, bbox } = chart;
  const left = chart.valToPos(from, 'x', true);
  ctx.save();
  ctx.globalAlpha = 0.5;
  ctx.fillStyle = colourOf('back');
  ctx.fillRect(left, bbox.top, bbox.left + bbox.width - left, bbox.height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colourOf('soft');
  ctx.setLineDash([4, 4]);
  ctx.beginPath();
  ctx.moveTo(left, bbox.top);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
