import { Parser } from 'htmlparser2';
import { decodeHtml } from './decode-text.js';
import type { ExtractedText } from './extracted-text.js';
import { HtmlWriter } from './html-writer.js';
import { joinBlocks, type TextBlock } from './text-blocks.js';

/** Elements whose text is no part of what a page says. */
const DROPPED = new Set(
  'script style noscript template svg iframe object embed canvas audio video nav footer button select textarea datalist map area'.split(
    ' ',
  ),
);
const DROPPED_ROLES = new Set(['navigation', 'search', 'contentinfo', 'menu', 'menubar', 'toolbar']);
const BLOCKS = new Set(
  'address article aside blockquote body caption center details dialog div dl dt fieldset figcaption figure form header hgroup hr legend main p section summary'.split(
    ' ',
  ),
);

/** Reads a page of HTML. */
export const readHtml = (bytes: Uint8Array): ExtractedText => htmlText(decodeHtml(bytes));

/** The text of a page, of its main part where it names one. */
export function htmlText(html: string): ExtractedText {
  const page = new PageHandler();
  const parser = new Parser(page, { decodeEntities: true });
  parser.end(html);
  const { title, blocks } = page.result();
  return { ...(title !== '' && { title }), content: joinBlocks(blocks) };
}

/** Turns the elements that the parser meets into calls of the writer. */
class PageHandler {
  private readonly writer = new HtmlWriter();
  /** What ends each open element. The parser closes each element that it opened. */
  private readonly ends: (() => void)[] = [];
  private dropped = 0;
  private title = '';
  private titles = 0;
  private main: TextBlock[] = [];

  onopentag(name: string, attributes: Record<string, string>): void {
    this.ends.push(this.begin(name, attributes));
  }

  onclosetag(): void {
    this.ends.pop()?.();
  }

  ontext(text: string): void {
    if (this.titles > 0) this.title += text;
    else if (this.dropped === 0) this.writer.text(text);
  }

  result(): { title: string; blocks: TextBlock[] } {
    this.writer.endBlock();
    const blocks = this.main.length > 0 ? this.main : this.writer.blocks;
    return { title: this.title.replaceAll(/\s+/g, ' ').trim(), blocks };
  }

  /** @returns what ends the element */
  private begin(name: string, attributes: Record<string, string>): () => void {
    if (name === 'title' && this.dropped === 0 && this.title === '') {
      this.titles++;
      return () => void this.titles--;
    }
    if (this.dropped > 0 || isDropped(name, attributes)) {
      this.dropped++;
      return () => void this.dropped--;
    }
    const end = this.beginShown(name, attributes);
    return name === 'main' || attributes.role === 'main' ? this.beginMain(end) : end;
  }

  private beginMain(end: () => void): () => void {
    const from = this.writer.blocks.length;
    const { blocks } = this.writer;
    return () => {
      end();
      if (blocks === this.writer.blocks) this.main.push(...blocks.slice(from));
    };
  }

  private beginShown(name: string, attributes: Record<string, string>): () => void {
    const { writer } = this;
    if (/^h[1-6]$/.test(name)) {
      writer.beginHeading(Number(name[1]));
      return () => writer.endHeading();
    }
    switch (name) {
      case 'br':
        writer.lineBreak();
        return nothing;
      case 'img':
        writer.text(attributes.alt ? ` ${attributes.alt} ` : ' ');
        return nothing;
      case 'pre':
        writer.beginCode();
        return () => writer.endCode();
      case 'ul':
      case 'menu':
      case 'dir':
      case 'ol':
        writer.beginList(name === 'ol', Number.parseInt(attributes.start ?? '1', 10) || 1);
        return () => writer.endList();
      case 'li':
        writer.beginItem();
        return () => writer.endBlock();
      case 'dd':
        writer.beginDefinition();
        return () => writer.endBlock();
      case 'table':
        writer.beginTable();
        return () => writer.endTable();
      case 'tr':
        writer.beginRow();
        return () => writer.endRow();
      case 'td':
      case 'th':
        writer.beginCell(name === 'th');
        return () => writer.endCell();
      default:
        if (!BLOCKS.has(name)) return nothing;
        writer.endBlock();
        return () => writer.endBlock();
    }
  }
}

const nothing = (): void => undefined;

const isDropped = (name: string, { role, hidden, style, ...others }: Record<string, string>): boolean =>
  DROPPED.has(name) ||
  hidden !== undefined ||
  others['aria-hidden'] === 'true' ||
  (role !== undefined && DROPPED_ROLES.has(role)) ||
  (style !== undefined && /display\s*:\s*none/i.test(style));
