import { type PageLine, usualSize } from './pdf-lines.js';
import { type OutlineEntry, PdfHeadings } from './pdf-headings.js';
import { isHyphenated, joinLines } from './pdf-words.js';
import { codeBlock, heading, paragraph, tableRow, type TextBlock } from './text-blocks.js';

interface OpenBlock {
  kind: 'text' | 'code' | 'table' | 'item' | 'heading';
  level: number;
  lines: PageLine[];
}

const BULLET = /^(?:[•▪▫●○◦‣⁃■□–—*·\uf0b7\uf0a7-]|\uf0d8)\s+(?=\S)/u;
const NUMBER = /^(?:\d{1,3}[.)]|\(\d{1,3}\)|[a-z][.)])\s+(?=\S)/;
/** A line that ends before so much of the width of its text ends a paragraph, if it ends a sentence. */
const SHORT_LINE = 0.85;

/** Joins the lines of all pages to paragraphs, headings, lists, tables and code. */
export function blocksOf(lines: readonly PageLine[], outline: readonly OutlineEntry[]): TextBlock[] {
  const body = usualSize(lines);
  const headings = new PdfHeadings(lines, body, outline);
  const leading = usualLeading(lines, body);
  const right = Math.max(0, ...lines.map((line) => line.right));
  const allMono = lines.filter(({ isMono }) => isMono).length > lines.length / 2;
  const words = new Set(lines.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}-]+/gu) ?? []));
  const blocks: TextBlock[] = [];
  let open: OpenBlock | undefined;
  const end = () => {
    if (open) blocks.push(...written(open, words));
    open = undefined;
  };
  for (const line of lines) {
    const level = headings.levelOf(line);
    const kind = kindOf(line, level, allMono);
    const last = open?.lines.at(-1);
    if (open && last && follows(open, last, line, { kind, level, leading, right })) open.lines.push(line);
    else {
      end();
      open = { kind, level, lines: [line] };
    }
  }
  end();
  return blocks;
}

function kindOf(line: PageLine, level: number, allMono: boolean): OpenBlock['kind'] {
  if (level > 0) return 'heading';
  if (line.isMono && !allMono) return 'code';
  if (line.cells.length === 2 && (BULLET.test(line.text) || NUMBER.test(line.text))) return 'item';
  if (line.cells.length > 1) return 'table';
  return BULLET.test(line.text) || NUMBER.test(line.text) ? 'item' : 'text';
}

interface Measures {
  kind: OpenBlock['kind'];
  level: number;
  /** From one line of a paragraph to the next, in sizes of its letters. */
  leading: number;
  right: number;
}

/** Whether a line belongs to the block of the line before it. */
function follows(block: OpenBlock, last: PageLine, line: PageLine, measures: Measures): boolean {
  const { kind, level, leading, right } = measures;
  if (line.isRotated || last.isRotated || Math.abs(line.size - last.size) > last.size * 0.15) return false;
  const samePage = line.page === last.page;
  const step = (line.y - last.y) / last.size;
  const isNear = samePage && step > 0 && step < leading * 1.35;
  if (block.kind === 'heading') return kind === 'heading' && level === block.level && isNear;
  if (block.kind === 'code') return kind === 'code' && samePage && step > 0 && step < leading * 3;
  if (block.kind === 'table') return kind === 'table' && samePage && step > 0 && step < leading * 2;
  if (kind !== 'text') return false;
  if (isHyphenated(last.text)) return true;
  // A sentence that a page or a column cuts goes on behind it.
  if (!isNear) return !/[.!?:…]["”’)]?$/.test(last.text) && /^\p{Ll}/u.test(line.text);
  if (block.kind === 'item') return line.x > block.lines[0]!.x - line.size * 0.2;
  const isIndented = line.x > last.x + line.size * 0.8 && line.x < last.x + line.size * 4;
  if (isIndented && block.lines.length > 1) return false;
  const isShort = last.right - last.x < (right - last.x) * SHORT_LINE;
  return !(isShort && /[.!?:]["”’)]?$/.test(last.text) && /^[\p{Lu}\d]/u.test(line.text) && isIndented);
}

function written({ kind, level, lines }: OpenBlock, words: ReadonlySet<string>): TextBlock[] {
  if (kind === 'heading') return [{ text: heading(level, joinLines(lines, words)) }];
  if (kind === 'code') return [{ text: codeBlock(indented(lines)) }];
  if (kind === 'table')
    return lines.map(({ cells }, index) => ({
      text: tableRow(cells.map((cell) => cell.replaceAll('|', '/'))),
      tight: index > 0,
    }));
  const text = joinLines(lines, words);
  if (kind === 'text') return [{ text: paragraph(text) }];
  return [{ text: BULLET.test(text) ? text.replace(BULLET, '- ') : text }];
}

/** The lines of code, indented as on the page. */
function indented(lines: readonly PageLine[]): string {
  const left = Math.min(...lines.map(({ x }) => x));
  return lines
    .map(({ text, cells, x, right }) => {
      const letter = (right - x) / Math.max(text.length, 1) || 1;
      return ' '.repeat(Math.min(40, Math.round((x - left) / letter))) + cells.join('  ');
    })
    .join('\n');
}

function usualLeading(lines: readonly PageLine[], body: number): number {
  const steps: { text: string; size: number }[] = [];
  for (const [index, line] of lines.entries()) {
    const last = lines[index - 1];
    if (!last || last.page !== line.page || line.size !== body || last.size !== body) continue;
    const step = (line.y - last.y) / body;
    if (step > 0.8 && step < 2.5) steps.push({ text: 'x', size: Math.round(step * 10) / 2 });
  }
  return steps.length > 0 ? usualSize(steps) / 5 : 1.3;
}
