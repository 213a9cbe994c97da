import { sentencesOf } from './sentence-ends.js';
import { readableText } from './readable-text.js';

/** A sentence as a person reads it, with what tells what it is about. */
export interface Sentence {
  text: string;
  kind: 'prose' | 'item' | 'row' | 'code' | 'heading';
  /** Where its block begins in the text, in UTF-16 code units, and ends. */
  start: number;
  end: number;
  /** The headings above it, what introduces its list, and the head of its table. */
  context: readonly string[];
}

const FENCE = /^ {0,3}(```|~~~)/;
const ATX = /^ {0,3}(#{1,6})[ \t]+(\S.*)$/;
const UNDERLINE = /^ {0,3}(=+|-{3,})[ \t]*$/;
const ITEM = /^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)$/;
const RULE = /^[ \t]*(?:[-*_][ \t]*){3,}$/;
const DELIMITER_CELL = /^[ \t]*:?-+:?[ \t]*$/;
const MOST_OF_HEADING = 300;

interface Line {
  text: string;
  start: number;
  end: number;
}

interface Open {
  kind: 'prose' | 'item';
  lines: string[];
  start: number;
  end: number;
}

/** Reads the blocks of a text of Markdown one line after the other, and the sentences of each. */
export class TextBlocks {
  private readonly sentences: Sentence[] = [];
  private readonly headings: { level: number; text: string }[] = [];
  private intro: string | undefined;
  private open: Open | undefined;
  private head: string[] | undefined;
  private fence: string | undefined;

  /** @param most how many sentences are read at most */
  constructor(
    private readonly text: string,
    private readonly most: number,
  ) {}

  read(): Sentence[] {
    let before: Line | undefined;
    for (let start = 0; start < this.text.length && this.sentences.length < this.most;) {
      const newline = this.text.indexOf('\n', start);
      const end = newline < 0 ? this.text.length : newline + 1;
      const line = { text: this.text.slice(start, end).replace(/\r?\n$/, ''), start, end };
      this.readLine(line, before);
      before = line;
      start = end;
    }
    this.close();
    return this.sentences.slice(0, this.most);
  }

  private readLine(line: Line, before: Line | undefined): void {
    const fence = FENCE.exec(line.text)?.[1];
    if (this.fence !== undefined) {
      if (fence === this.fence) this.fence = undefined;
      else this.add('code', line, [line.text.trim()]);
      return;
    }
    if (fence !== undefined) {
      this.close();
      this.fence = fence;
      return;
    }
    const text = line.text.replace(/^[ \t]*(?:>[ \t]?)+/, '');
    if (text.trim() === '') return this.close();
    const atx = text.length <= MOST_OF_HEADING ? ATX.exec(text) : null;
    if (atx) return this.addHeading(atx[1]!.length, atx[2]!.replace(/[ \t]+#{1,6}[ \t]*$/, ''), line);
    if (UNDERLINE.test(text) && this.open?.kind === 'prose' && this.open.lines.length === 1)
      return this.underline(text, line);
    if (RULE.test(text)) return this.close();
    const cells = cellsOf(text);
    if (cells.length > 1 && before && this.readRow(cells, line, before)) return;
    this.head = undefined;
    const item = ITEM.exec(text);
    if (item) this.begin('item', item[1]!, line);
    else if (this.open) {
      this.open.lines.push(text.trim());
      this.open.end = line.end;
    } else this.begin('prose', text.trim(), line);
  }

  /** @returns whether the line belongs to a table */
  private readRow(cells: string[], line: Line, before: Line): boolean {
    if (this.head) {
      this.add('row', line, [rowText(this.head, cells)], this.head);
      return true;
    }
    const head = cellsOf(before.text);
    if (!cells.every((cell) => DELIMITER_CELL.test(cell)) || head.length !== cells.length) return false;
    // The head was taken for a line of prose.
    if (this.open) this.open.lines.pop();
    this.close();
    this.head = head.map(readableText);
    return true;
  }

  private begin(kind: Open['kind'], text: string, { start, end }: Line): void {
    this.close();
    if (kind === 'prose') this.intro = undefined;
    this.open = { kind, lines: [text], start, end };
  }

  private underline(text: string, line: Line): void {
    const [heading] = this.open!.lines;
    this.open = undefined;
    this.addHeading(text.trim().startsWith('=') ? 1 : 2, heading!, line);
  }

  private addHeading(level: number, markdown: string, line: Line): void {
    this.close();
    this.intro = undefined;
    while (this.headings.length > 0 && this.headings.at(-1)!.level >= level) this.headings.pop();
    const text = readableText(markdown);
    this.add('heading', line, [text]);
    this.headings.push({ level, text });
  }

  private close(): void {
    const { open } = this;
    this.open = this.head = undefined;
    if (!open || open.lines.length === 0) return;
    const text = readableText(open.lines.join(' '));
    this.add(open.kind, open, sentencesOf(text));
    if (open.kind === 'prose' && text.endsWith(':')) this.intro = text;
  }

  private add(
    kind: Sentence['kind'],
    { start, end }: Pick<Line, 'start' | 'end'>,
    texts: readonly string[],
    head: readonly string[] = [],
  ): void {
    const intro = kind === 'item' && this.intro !== undefined ? [this.intro] : [];
    const context = [...this.headings.map((heading) => heading.text), ...intro, ...head];
    for (const text of texts)
      if (text !== '' && this.sentences.length < this.most)
        this.sentences.push({ text, kind, start, end, context });
  }
}

function cellsOf(line: string): string[] {
  const text = line.trim();
  if (!text.includes('|')) return [];
  const cells = text.replaceAll('\\|', '\u0000').split('|');
  if (text.startsWith('|')) cells.shift();
  if (text.endsWith('|')) cells.pop();
  return cells.map((cell) => cell.replaceAll('\u0000', '|').trim());
}

/** A row of two cells says a property and its value; of more, the head tells what each is. */
function rowText(head: readonly string[], cells: readonly string[]): string {
  const texts = cells.map(readableText);
  if (head.length === 2) return texts.filter((text) => text !== '').join(': ');
  return texts
    .flatMap((text, at) => (text === '' ? [] : [head[at] ? `${head[at]}: ${text}` : text]))
    .join(', ');
}
