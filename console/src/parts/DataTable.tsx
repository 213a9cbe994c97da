import { memo, type MouseEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button';
import { classes } from './classes';
import { isForPage } from './typing';
import { useFittingColumns } from './useFittingColumns';
import { ROW_PX, useRowWindow } from './useRowWindow';

export interface Column<Row> {
  id: string;
  header: string;
  /** One column has the link to the row's details and nothing beside it. It is the only link of the row, and covers all of it. */
  cell: (row: Row) => ReactNode;
  /** In px. One without a width takes what the others leave. */
  width?: number;
  /** Its width on a telephone. */
  narrow?: number;
  /** The least important one is left out first where the table has no room for all. One that does not say it is always there. */
  importance?: number;
  className?: string;
}

interface DataTableProps<Row> {
  /** Says what the rows are. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  idOf: (row: Row) => string;
  hasMore: boolean;
  isReadingMore: boolean;
  onMore: () => void;
}

/** How many rows before the last one the next page is asked for. */
const AHEAD = 30;

/**
 * Rows of a list that has a cursor. However many were read, only those in sight are drawn. `j` and `k` go through the rows, and Enter
 * opens the one with the focus.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  idOf,
  hasMore,
  isReadingMore,
  onMore,
}: DataTableProps<Row>) {
  const { t, i18n } = useTranslation('parts');
  const box = useRef<HTMLDivElement>(null);
  const { shown, widthOf } = useFittingColumns(box, columns);
  const body = useRef<HTMLTableSectionElement>(null);
  const { from, to } = useRowWindow(body, rows.length);
  useRowKeys(body, rows.length);
  useEffect(() => {
    if (hasMore && !isReadingMore && to + AHEAD >= rows.length && from > 0) onMore();
  }, [hasMore, isReadingMore, onMore, from, to, rows.length]);
  return (
    <div className="grid grid-cols-1 gap-2">
      {/* The links of the rows reach beyond it, and what is above them must not be above a sheet. */}
      <div ref={box} className="isolate overflow-x-clip">
        <table
          aria-label={label}
          aria-rowcount={hasMore ? -1 : rows.length + 1}
          className="w-full table-fixed border-collapse"
        >
          <thead>
            <tr className="h-10 border-b border-line text-left text-soft">
              {shown.map((column) => (
                <th
                  key={column.id}
                  scope="col"
                  style={{ width: widthOf(column) }}
                  className={classes('truncate px-2 font-medium', column.className)}
                >
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body}>
            <Space rows={from} />
            {rows.slice(from, to).map((row, place) => (
              <tr
                key={idOf(row)}
                data-row={from + place}
                aria-rowindex={from + place + 2}
                onClick={openRow}
                className="h-(--row) border-b border-line hover:bg-raised has-[a:focus-visible]:bg-raised"
              >
                <Cells columns={shown} row={row} />
              </tr>
            ))}
            <Space rows={rows.length - to} />
          </tbody>
        </table>
      </div>
      <p className="flex items-center gap-4 text-soft">
        {t('rows', {
          count: rows.length,
          shown: rows.length.toLocaleString(i18n.language),
          more: hasMore ? '+' : '',
        })}
        {hasMore && (
          <Button disabled={isReadingMore} onClick={onMore}>
            {t('more')}
          </Button>
        )}
      </p>
    </div>
  );
}

interface CellsProps<Row> {
  columns: readonly Column<Row>[];
  row: Row;
}

/** A row that only moves is not drawn anew, as long as the screen keeps its columns. */
const Cells = memo(function Cells<Row>({ columns, row }: CellsProps<Row>) {
  return columns.map(({ id, cell, className }) => (
    <td key={id} className={classes('row-cell truncate px-2', className)}>
      {cell(row)}
    </td>
  ));
}) as <Row>(props: CellsProps<Row>) => ReactNode;

/** Opens the row by what stands above its link to say more on hover. Text that was just selected there is to be copied. */
function openRow({ target, currentTarget, nativeEvent }: MouseEvent<HTMLElement>): void {
  if ((target as Element).closest('a, button, input, label') || getSelection()?.isCollapsed === false) return;
  currentTarget.querySelector('a')?.dispatchEvent(new globalThis.MouseEvent('click', nativeEvent));
}

function Space({ rows }: { rows: number }) {
  return rows <= 0 ? null : <tr aria-hidden="true" style={{ height: rows * ROW_PX }} />;
}

/** Moves the focus by `j` and `k` to the link of the next row and the one before. The rows around that in sight are drawn, too. */
function useRowKeys(body: RefObject<HTMLElement | null>, count: number): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const step = event.key === 'j' ? 1 : event.key === 'k' ? -1 : 0;
      if (step === 0 || count === 0 || !isForPage(event)) return;
      const row = document.activeElement?.closest<HTMLElement>('[data-row]');
      const next = row ? Number(row.dataset.row) + step : 0;
      const wanted = Math.min(count - 1, Math.max(0, next));
      const link = body.current?.querySelector<HTMLElement>(`[data-row="${wanted}"] a`);
      link?.focus();
      link?.scrollIntoView({ block: 'nearest' });
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [body, count]);
}
