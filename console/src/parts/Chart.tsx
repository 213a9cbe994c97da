import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';

export interface Series {
  label: string;
  values: readonly number[];
  meaning: 'accent' | 'danger' | 'attention' | 'good';
}

interface ChartProps {
  /** What it shows, for who does not see it. */
  label: string;
  /** Seconds since 1970. */
  times: readonly number[];
  series: readonly Series[];
  height?: number;
}

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);

/** Lines over time from zero. The library is loaded when a chart is first shown, and its place is kept until then. */
export function Chart({ label, times, series, height = 140 }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let chart: uPlot | undefined;
    let isGone = false;
    const draw = async () => {
      const [{ default: UPlot }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
      if (isGone || !place.current) return;
      const axis = { stroke: colourOf('soft'), grid: { stroke: colourOf('line'), width: 1 } };
      chart = new UPlot(
        {
          width: place.current.clientWidth,
          height,
          scales: { y: { range: (_chart, _low, high) => [0, Math.max(high, 1)] } },
          axes: [axis, { ...axis, size: 44 }],
          series: [
            {},
            ...series.map(({ label, meaning }) => ({ label, stroke: colourOf(meaning), width: 2 })),
          ],
        },
        [times, ...series.map(({ values }) => values)] as uPlot.AlignedData,
        place.current,
      );
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
    };
  }, [times, series, height]);
  return (
    <figure aria-label={label}>
      <div ref={place} aria-hidden="true" className="w-full" style={{ minHeight: height + 32 }} />
    </figure>
  );
}

/** The canvas knows no `light-dark()`, so the browser is asked what an element with this colour has. */
function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = token(name);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
