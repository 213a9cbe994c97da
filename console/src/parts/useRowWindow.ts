import { type RefObject, useEffect, useState } from 'react';

export const ROW_PX = 40;
const STEP = 10;

/**
 * Returns which rows of a long table are drawn: those in sight and some around them. All rows have the height of `--row`, so that the
 * others are kept as empty space and nothing jumps.
 */
export function useRowWindow(
  body: RefObject<HTMLElement | null>,
  count: number,
): { from: number; to: number } {
  const [range, setRange] = useState({ from: 0, to: 4 * STEP });
  useEffect(() => {
    const scroller = body.current?.closest('[data-scroller]');
    if (!scroller) return;
    const measure = () => {
      if (!body.current) return;
      const hidden = scroller.getBoundingClientRect().top - body.current.getBoundingClientRect().top;
      const first = Math.floor(hidden / ROW_PX / STEP) * STEP - STEP;
      const from = Math.max(0, first);
      const to = first + Math.ceil(scroller.clientHeight / ROW_PX / STEP) * STEP + 3 * STEP;
      setRange((known) => (known.from === from && known.to === to ? known : { from, to }));
    };
    measure();
    scroller.addEventListener('scroll', measure, { passive: true });
    const resized = new ResizeObserver(measure);
    resized.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', measure);
      resized.disconnect();
    };
  }, [body]);
  return { from: Math.min(range.from, count), to: Math.min(range.to, count) };
}
