import { codeBlock, heading, joinBlocks, paragraph, tableRow, type TextBlock } from './text-blocks.js';

/** Deeper lists are written as if they were so deep. */
const MAX_INDENT = 6;
/** A longer cell is no cell of a line of a table: the table lays out a page. */
const MAX_CELL = 400;

/** Where blocks are collected: the page, or a cell of a table. */
interface Sink {
  blocks: TextBlock[];
  inline: string;
}

interface List {
  ordered: boolean;
  next: number;
}

interface Row {
  cells: TextBlock[][];
  heads: number;
}

/**
 * Writes what a parser of HTML meets as text with the marks of Markdown. It is told of elements in their order and keeps no
 * tree, so that a page may be as deep as it likes.
 */
export class HtmlWriter {
  private sink: Sink = { blocks: [], inline: '' };
  private readonly sinks: Sink[] = [];
  private readonly lists: List[] = [];
  private readonly tables: (Row | undefined)[] = [];
  private pre = 0;
  private level = 0;
  /** What the next block of a list's item begins with. */
  private marker: string | undefined;
  private isTight = false;
  private isNewList = false;

  get blocks(): TextBlock[] {
    return this.sink.blocks;
  }

  text(text: string): void {
    this.sink.inline += text;
  }

  lineBreak(): void {
    // A character that HTML collapses nowhere stands for it until the block is written.
    this.sink.inline += this.pre > 0 ? '\n' : '\u2028';
  }

  beginHeading(level: number): void {
    this.endBlock();
    this.level = level;
  }

  endHeading(): void {
    this.endBlock();
    this.level = 0;
  }

  beginCode(): void {
    this.endBlock();
    this.pre++;
  }

  endCode(): void {
    if (--this.pre > 0) return;
    const code = this.sink.inline.replaceAll('\u2028', '\n');
    this.sink.inline = '';
    if (code.trim() !== '') this.push(codeBlock(code));
  }

  beginList(ordered: boolean, start: number): void {
    this.endBlock();
    if (this.lists.length === 0) this.isNewList = true;
    this.lists.push({ ordered, next: start });
  }

  endList(): void {
    this.endBlock();
    this.lists.pop();
    this.marker = undefined;
  }

  beginItem(): void {
    this.endBlock();
    const list = this.lists.at(-1);
    this.marker = list?.ordered ? `${list.next++}. ` : '- ';
  }

  /** The next block belongs to the one before, as a definition belongs to its term. */
  beginDefinition(): void {
    this.endBlock();
    this.isTight = true;
  }

  beginTable(): void {
    this.endBlock();
    this.tables.push(undefined);
  }

  endTable(): void {
    this.endBlock();
    this.tables.pop();
  }

  beginRow(): void {
    this.endBlock();
    if (this.tables.length > 0) this.tables[this.tables.length - 1] = { cells: [], heads: 0 };
  }

  beginCell(isHead: boolean): void {
    this.endBlock();
    const row = this.tables.at(-1);
    if (row && isHead) row.heads++;
    this.sinks.push(this.sink);
    this.sink = { blocks: [], inline: '' };
  }

  endCell(): void {
    this.endBlock();
    const { blocks } = this.sink;
    this.sink = this.sinks.pop()!;
    const row = this.tables.at(-1);
    if (row) row.cells.push(blocks);
    else this.append(blocks);
  }

  endRow(): void {
    this.endBlock();
    const row = this.tables.at(-1);
    if (!row) return;
    this.tables[this.tables.length - 1] = undefined;
    const cells = row.cells.map(lineOf);
    if (cells.length > 1 && cells.every((cell) => cell !== undefined)) {
      if (cells.some((cell) => cell !== '')) this.pushRow(cells, row.heads === cells.length);
    } else {
      for (const blocks of row.cells) this.append(blocks);
    }
  }

  /** Ends the paragraph or heading that is open. */
  endBlock(): void {
    if (this.pre > 0) return;
    const text = this.sink.inline
      .replaceAll(/[ \t\n\f\r\u00a0]+/g, ' ')
      .replaceAll(/ ?\u2028 ?/g, this.level > 0 ? ' ' : '\n')
      .trim();
    this.sink.inline = '';
    if (text === '') return;
    if (this.level > 0) this.push(heading(this.level, text));
    else this.push(paragraph(text));
  }

  private push(text: string): void {
    const depth = Math.min(this.lists.length, MAX_INDENT);
    const { marker } = this;
    // A heading within a list stays a heading.
    const isLine = depth > 0 && this.level === 0;
    const lead = isLine ? '  '.repeat(depth - 1) + (marker ?? '  ') : '';
    const indent = isLine ? '  '.repeat(depth) : '';
    const { blocks } = this.sink;
    const follows = isLine && !this.isNewList && blocks.length > 0 && LINE.test(blocks.at(-1)!.text);
    blocks.push({
      text: isLine ? lead + text.replaceAll('\n', `\n${indent}`) : text,
      tight: this.isTight || (follows && marker !== undefined),
    });
    this.marker = undefined;
    this.isTight = false;
    this.isNewList = false;
  }

  private pushRow(cells: string[], isHead: boolean): void {
    const tight = this.sink.blocks.at(-1)?.text.startsWith('| ') ?? false;
    this.sink.blocks.push({ text: tableRow(cells), tight });
    if (isHead && !tight) this.sink.blocks.push({ text: tableRow(cells.map(() => '---')), tight: true });
  }

  private append(blocks: TextBlock[]): void {
    for (const block of blocks) this.sink.blocks.push(block);
  }
}

const LINE = /^ *(?:- |\d+\. )/;

/** A cell as a part of a line, or nothing where it has more than a line. */
function lineOf(blocks: TextBlock[]): string | undefined {
  if (blocks.some(({ text }) => /^(?:#{1,6} |`{3,}|\| )/.test(text))) return undefined;
  const line = joinBlocks(blocks).replaceAll(/\s+/g, ' ').replaceAll('|', '/');
  return line.length > MAX_CELL || (blocks.length > 3 && line.length > MAX_CELL / 4) ? undefined : line;
}
