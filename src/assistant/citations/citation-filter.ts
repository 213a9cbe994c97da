import type { AnswerSource } from '../sources.js';
import { CITATION, CITATION_BEGINS, numbersIn } from './citation-numbers.js';
import { CodeFence } from './code-fence.js';
import { type Link, linkBehind, linkTextEnd, type Pending } from './inline-links.js';
import { KnownLinks } from './known-links.js';
import { SafeOutput } from './safe-output.js';

const LINK_REMOVED = '[link removed]';
const MOST_OF_URL = 2_000;
const MOST_OF_WORD = 100;
const MOST_OF_FENCE_LINE = 300;

const WORD = /[a-z][a-z0-9+.-]*/iy;
const URL_RUN = /[^\s<>"'`[\]\\{}|^]*/y;
const BEHIND_URL = /[.,;:!?)*_~]+$/;
const OTHER = /[^a-z`~[【［〔!<\s]+/iy;
const LINE_BREAK = /<br[ \t]{0,3}\/?>/iy;
const LINE_BREAK_BEGINS = /<(?:b(?:r[ \t]{0,3}\/?)?)?$/iy;
/** What may follow the words from which a citation is removed. Anything else might become one with them: `www[9].example`. */
const CLOSES = /^(?:$|\s|[.,;:!?)](?:$|[\s.,;:!?)["'’”*_]))/;

/**
 * Makes the answer of a model safe while it is streamed. A citation that names no source is removed, and others are written as
 * `[n]`. The answer may have been led by instructions in a document to carry data away, so that an image is replaced by its
 * description, a link by its text, and a URL that neither the asker nor a source has is removed. Tags of HTML become text. Blocks of
 * code stay as they are, but for the name of their language: some of them are drawn as diagrams, which have links of their own.
 * Until a piece tells what it is, no more is kept than a link, a word or the line of a fence.
 *
 * However a text is cut into pieces, the same comes out.
 */
export class CitationFilter {
  /** The numbers of the sources that were cited, in the order in which they first were. */
  readonly cited: number[] = [];
  /** How many citations were removed. */
  removed = 0;
  private readonly output = new SafeOutput();
  private readonly links: KnownLinks;
  private readonly numbers: ReadonlySet<number>;
  private rest = '';
  private at = 0;
  private isEnd = false;
  private fence: CodeFence | undefined;
  /** Whether a fence stood where renderers differ about what is code, so that nothing is taken for it any more. */
  private isDoubtful = false;
  /** How many backticks opened the code within a line; 0: none is open. */
  private code = 0;
  private isInLongUrl = false;

  constructor(sources: readonly AnswerSource[], question = '') {
    this.links = new KnownLinks(sources, question);
    this.numbers = new Set(sources.map(({ number }) => number));
  }

  /** @returns what may be shown by now */
  push(piece: string): string {
    this.rest += piece;
    while (this.at < this.rest.length && this.step() !== 'pending');
    this.rest = this.rest.slice(this.at);
    this.at = 0;
    return this.output.take();
  }

  /** @returns what is left of the answer */
  end(): string {
    this.isEnd = true;
    const shown = this.push('');
    this.output.flushSpace();
    return shown + this.output.take();
  }

  private step(): Pending | void {
    if (this.fence) return this.readCode(this.fence);
    if (this.isInLongUrl) {
      this.at += this.match(URL_RUN)!.length;
      this.isInLongUrl = this.at === this.rest.length;
      return;
    }
    const char = this.rest[this.at]!;
    if (char === '`' || char === '~') return this.readTicks(char);
    if (char === '!' || '[【［〔'.includes(char)) return this.readBracket();
    if (char === '<') return this.readAngle();
    if (/[a-z]/i.test(char)) return this.readWord();
    if (char === ' ') this.output.space();
    else if (/\s/.test(char)) {
      if (/[\r\n]/.test(char) && this.output.isLineEmpty) this.code = 0;
      this.output.write(char);
    } else return this.write(this.match(OTHER)!);
    this.at++;
  }

  private match(pattern: RegExp, at = this.at): string | undefined {
    pattern.lastIndex = at;
    return pattern.exec(this.rest)?.[0];
  }

  private write(text: string): void {
    this.output.write(text);
    this.at += text.length;
  }

  /** Whether the text that ends here may go on with the next piece. */
  private mayGoOn(end: number): boolean {
    return end >= this.rest.length && !this.isEnd;
  }

  private readCode(fence: CodeFence): Pending | void {
    const read = fence.read(this.rest, this.at, this.isEnd);
    if (!read) return 'pending';
    if (read.end > this.at) this.output.writeAsIs(this.rest.slice(this.at, read.end));
    this.at = read.end;
    if (read.ends !== 'no') this.fence = undefined;
    if (read.ends === 'in-doubt') this.isDoubtful = true;
  }

  private readTicks(sign: string): Pending | void {
    const run = this.match(sign === '`' ? /`+/y : /~+/y)!;
    const end = this.at + run.length;
    if (this.mayGoOn(end)) return 'pending';
    if (run.length >= 3) {
      this.output.flushSpace();
      if (this.output.isLineEmpty && !this.isDoubtful) {
        const opened = this.readFence(run, end);
        if (opened !== false) return opened;
      }
      // A fence within a list or a quotation ends with it, and that is where renderers differ.
      if (!this.output.hasLetterInLine) this.isDoubtful = true;
    } else if (sign === '`')
      this.code = this.code === 0 ? run.length : this.code === run.length ? 0 : this.code;
    this.write(run);
  }

  /** @returns false if it opens no block */
  private readFence(run: string, end: number): Pending | void | false {
    const line = this.match(/[^\r\n]*/y, end)!;
    if (line.length > MOST_OF_FENCE_LINE || (run[0] === '`' && line.includes('`'))) {
      this.isDoubtful = true;
      return false;
    }
    const next = end + line.length;
    if (this.mayGoOn(next)) return 'pending';
    this.output.writeAsIs(run);
    this.code = 0;
    // The line break behind it belongs to the line of the fence.
    if (next < this.rest.length) this.output.writeAsIs(this.rest[next]!);
    this.at = next + 1;
    this.fence = new CodeFence(run);
  }

  private readAngle(): Pending | void {
    if (!this.isEnd && this.match(LINE_BREAK_BEGINS) !== undefined) return 'pending';
    const lineBreak = this.match(LINE_BREAK);
    if (lineBreak === undefined) return this.write('<');
    this.output.space();
    this.at += lineBreak.length;
  }

  private readWord(): Pending | void {
    const whole = this.match(WORD)!;
    if (/^www\./i.test(whole)) return this.readUrl();
    const word = whole.slice(0, MOST_OF_WORD);
    if (word.length < MOST_OF_WORD) {
      const behind = this.rest.slice(this.at + word.length, this.at + word.length + 3);
      if (behind === '://') return this.readUrl();
      if (!this.isEnd && '://'.startsWith(behind)) return 'pending';
    }
    this.write(word);
  }

  private readUrl(): Pending | void {
    const run = this.match(URL_RUN)!;
    if (run.length >= MOST_OF_URL) {
      this.isInLongUrl = true;
      this.output.write(LINK_REMOVED);
      return;
    }
    if (this.mayGoOn(this.at + run.length)) return 'pending';
    const url = run.replace(BEHIND_URL, '');
    this.output.write(this.links.mayStand(url) ? url : LINK_REMOVED);
    this.output.write(run.slice(url.length));
    this.at += run.length;
  }

  private readBracket(): Pending | void {
    const isImage = this.rest[this.at] === '!';
    const open = this.at + (isImage ? 1 : 0);
    if (isImage && this.mayGoOn(open)) return 'pending';
    if (isImage && this.rest[open] !== '[') return this.write('!');
    const { rest, isEnd } = this;
    if (!this.isEnd && this.match(CITATION_BEGINS, open) !== undefined) return 'pending';
    const citation = this.code === 0 ? this.match(CITATION, open) : undefined;
    const close = citation === undefined ? linkTextEnd(rest, open, isEnd) : open + citation.length - 1;
    if (close === 'pending') return close;
    const link = close === undefined ? undefined : linkBehind(rest, close, isEnd);
    if (link === 'pending') return link;
    if (citation !== undefined) {
      const end = link?.end ?? close! + 1;
      // Two characters tell whether it can be removed without a space.
      if (this.mayGoOn(end + 1)) return 'pending';
      if (isImage && !link) this.output.write('!');
      this.at = end;
      return this.writeCitation(citation);
    }
    if (!link) return this.write(this.rest.slice(this.at, open + 1));
    this.replaceLink(link, rest.slice(open + 1, close), isImage);
  }

  private replaceLink({ end, target }: Link, text: string, isImage: boolean): void {
    const isPlain = /^[^<>`!\\\r\n]*$/.test(text) && !/:\/\/|www\./i.test(text);
    if (!isImage && isPlain && this.links.isDocument(target)) {
      this.output.writeAsIs(`[${text}](${target})`);
      this.at = end;
    } else {
      // The text is read like any other: it may have a URL.
      this.rest = text + this.rest.slice(end);
      this.at = 0;
    }
  }

  private writeCitation(citation: string): void {
    const { numbers, above } = numbersIn(citation, Math.max(0, ...this.numbers));
    const known = [...new Set(numbers)].filter((number) => this.numbers.has(number));
    this.removed += above + new Set(numbers).size - known.length;
    if (known.length === 0) {
      if (CLOSES.test(this.rest.slice(this.at, this.at + 2))) this.output.dropSpace();
      else this.output.ensureSpace();
    }
    for (const number of known) {
      this.output.writeAsIs(`[${number}]`);
      if (!this.cited.includes(number)) this.cited.push(number);
    }
  }
}
