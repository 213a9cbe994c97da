import type { PageLine } from './pdf-lines.js';

const MAX_HEADING = 200;
/** How much larger than the text a heading is. */
const LARGER = 1.12;
const MAX_LEVELS = 4;

/** An entry of a document's own table of contents, which viewers show beside the pages. */
export interface OutlineEntry {
  title: string;
  level: number;
}

/** Tells headings by the outline of the document, or else by the size of their letters. */
export class PdfHeadings {
  private readonly outline: ReadonlyMap<string, number>;
  /** The sizes of headings, the largest first. */
  private readonly sizes: number[];

  constructor(
    lines: readonly PageLine[],
    private readonly body: number,
    outline: readonly OutlineEntry[],
  ) {
    this.outline = new Map(outline.map(({ title, level }) => [plain(title), level]));
    const sizes = lines.filter((line) => this.isLarge(line)).map(({ size }) => size);
    this.sizes = [...new Set(sizes)].sort((a, b) => b - a);
  }

  /** @returns 0 for what is no heading */
  levelOf(line: PageLine): number {
    if (line.isRotated || line.text.length > MAX_HEADING || line.isMono) return 0;
    const known = line.size >= this.body ? this.outline.get(plain(line.text)) : undefined;
    if (known !== undefined) return Math.min(known, 6);
    return this.isLarge(line) ? Math.min(this.sizes.indexOf(line.size) + 1, MAX_LEVELS) : 0;
  }

  private isLarge({ size, text, isRotated }: PageLine): boolean {
    return !isRotated && size > this.body * LARGER && /\p{L}{2}/u.test(text) && text.length <= MAX_HEADING;
  }
}

/** Letters and digits alone, without the number of a chapter, which outlines may leave out. */
const plain = (title: string): string =>
  title
    .toLowerCase()
    .replace(/^[\s\d.]+/, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
