import type { PageLine } from './pdf-lines.js';

/** On fewer pages nothing is told from chance. */
const MIN_PAGES = 3;
/** How many lines at the top and at the bottom of a page may be its header and footer. */
const EDGE_LINES = 2;

/** Leaves out the headers and footers, which stand at the edge of most pages and differ in numbers only. */
export function withoutMargins(pages: readonly PageLine[][]): PageLine[] {
  if (pages.length < MIN_PAGES) return pages.flat();
  const counts = new Map<string, number>();
  const edges = pages.map(edgesOf);
  for (const edge of edges)
    for (const key of new Set([...edge].map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  // Left and right pages may have footers of their own.
  const least = Math.max(MIN_PAGES, Math.floor(pages.length * 0.4));
  return pages.flatMap((lines, index) =>
    lines.filter((line) => !edges[index]!.has(line) || (counts.get(keyOf(line)) ?? 0) < least),
  );
}

function edgesOf(lines: readonly PageLine[]): Set<PageLine> {
  const sorted = [...lines].sort((a, b) => a.y - b.y);
  return new Set([...sorted.slice(0, EDGE_LINES), ...sorted.slice(-EDGE_LINES)]);
}

const keyOf = ({ text, y }: PageLine): string =>
  `${text.replaceAll(/\d+|\b[ivxlc]+\b/g, '#')} ${Math.round(y / 12)}`;
