import { type RefObject, useLayoutEffect, useMemo, useState } from 'react';
import type { Column } from './DataTable';

/** The least width of a column that takes what others leave, as the name does. */
const LEAST_PX = 192;
/** A table that is narrower is one on a telephone. */
const NARROW_PX = 480;
/** How important a column is that is never left out. */
const ALWAYS = 100;

/**
 * Returns the columns for which a table has the room, and the width of each. It goes by the width that the table has and not by that of
 * the window, beside which the rail may stand, and is known before anything is painted.
 */
export function useFittingColumns<Row>(box: RefObject<HTMLElement | null>, columns: readonly Column<Row>[]) {
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    if (!box.current) return;
    const { current } = box;
    const measure = () => setRoom(current.clientWidth);
    measure();
    const resized = new ResizeObserver(measure);
    resized.observe(current);
    return () => resized.disconnect();
  }, [box]);
  const widthOf = ({ width, narrow = width }: Column<Row>) => (room < NARROW_PX ? narrow : width);
  const least = leastFitting(columns, room, widthOf);
  const shown = useMemo(() => columns.filter((column) => importanceOf(column) >= least), [columns, least]);
  return { shown, widthOf };
}

const importanceOf = ({ importance = ALWAYS }: { importance?: number }) => importance;

/** Returns how important a column must be to be shown. */
function leastFitting<Row>(
  columns: readonly Column<Row>[],
  room: number,
  widthOf: (column: Column<Row>) => number | undefined,
): number {
  let taken = 0;
  for (const column of columns.toSorted((one, other) => importanceOf(other) - importanceOf(one))) {
    taken += widthOf(column) ?? LEAST_PX;
    if (taken > room && importanceOf(column) < ALWAYS) return importanceOf(column) + 1;
  }
  return 0;
}
