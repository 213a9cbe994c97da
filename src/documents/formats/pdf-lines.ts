/** A run of text as a page places it: `y` grows downwards, all lengths are in points. */
export interface PlacedText {
  text: string;
  x: number;
  y: number;
  width: number;
  size: number;
  /** Whether a line ends behind it. */
  endsLine: boolean;
  isMono: boolean;
  /** Whether it is written from right to left. */
  isLeftward: boolean;
  isRotated: boolean;
}

/** A line of a page. */
export interface PageLine {
  page: number;
  text: string;
  /** More than one where it is a line of a table. */
  cells: string[];
  x: number;
  right: number;
  y: number;
  /** The size of most of its letters. */
  size: number;
  isMono: boolean;
  isRotated: boolean;
}

interface OpenLine {
  parts: { text: string; size: number; isMono: boolean }[];
  cells: string[];
  x: number;
  right: number;
  y: number;
  size: number;
  isRotated: boolean;
}

/** A gap between two words, and one between two columns, in widths of a letter of the size. */
const WORD_GAP = 0.18;
const COLUMN_GAP = 2.2;

/** Joins the runs of a page to lines, in the order of the page. */
export function linesOf(page: number, runs: readonly PlacedText[]): PageLine[] {
  const lines: PageLine[] = [];
  let open: OpenLine | undefined;
  const end = () => {
    if (open) lines.push(...finished(page, open));
    open = undefined;
  };
  for (const run of runs) {
    if (run.text.trim() !== '') {
      if (open && !continues(open, run)) end();
      if (open) append(open, run);
      else open = begun(run);
    }
    if (run.endsLine) end();
  }
  end();
  return lines;
}

function continues(line: OpenLine, run: PlacedText): boolean {
  if (line.isRotated !== run.isRotated) return false;
  const size = Math.max(line.size, run.size);
  if (Math.abs(line.y - run.y) > size * 0.45) return false;
  return run.isLeftward || run.x > line.right - size * 2;
}

function append(line: OpenLine, run: PlacedText): void {
  const gap = run.isLeftward ? 1 : (run.x - line.right) / Math.max(line.size, run.size, 1);
  const before = line.cells.at(-1)!;
  if (gap > COLUMN_GAP && !run.isLeftward) line.cells.push(run.text.trimStart());
  else {
    const isSpaced = gap > WORD_GAP && !/\s$/.test(before) && !/^\s/.test(run.text);
    line.cells[line.cells.length - 1] = before + (isSpaced ? ' ' : '') + run.text;
  }
  line.parts.push(run);
  line.right = Math.max(line.right, run.x + run.width);
  line.size = Math.max(line.size, run.size);
}

const begun = (run: PlacedText): OpenLine => ({
  parts: [run],
  cells: [run.text],
  x: run.x,
  right: run.x + run.width,
  y: run.y,
  size: run.size,
  isRotated: run.isRotated,
});

function finished(page: number, line: OpenLine): PageLine[] {
  const cells = line.cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim()).filter((cell) => cell !== '');
  if (cells.length === 0) return [];
  const { x, right, y, isRotated } = line;
  const isMono = line.parts.every((part) => part.isMono);
  return [
    { page, text: cells.join(' '), cells, x, right, y, size: usualSize(line.parts), isMono, isRotated },
  ];
}

/** The size of most letters, in halves of a point. */
export function usualSize(parts: Iterable<{ text: string; size: number }>): number {
  const letters = new Map<number, number>();
  for (const { text, size } of parts) {
    const rounded = Math.round(size * 2) / 2;
    letters.set(rounded, (letters.get(rounded) ?? 0) + text.length);
  }
  return [...letters].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
