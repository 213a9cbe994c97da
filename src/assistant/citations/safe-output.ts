/** What would make of text before it a link or the definition of one, and what would begin a tag of HTML or an autolink. */
const BREAKS = /\](?=[(:])|<(?=[A-Za-z/!?])/g;
const BEHIND_BRACKET = /^[(:]/;
const BEHIND_ANGLE = /^[A-Za-z/!?]/;

/**
 * Collects the text of an answer so that no Markdown renderer finds a link, an image or HTML in it: a space is put where one would
 * begin. It judges what is put out and not what was read, because text that is removed brings together what stood apart.
 */
export class SafeOutput {
  /** Whether nothing stands in the line yet, and whether a letter does. */
  isLineEmpty = true;
  hasLetterInLine = false;
  private text = '';
  private last = '';
  private hasSpace = false;

  /** Adds text of which nothing becomes a link. */
  write(text: string): void {
    if (text === '') return;
    this.flushSpace();
    const breaks =
      (this.last === ']' && BEHIND_BRACKET.test(text)) || (this.last === '<' && BEHIND_ANGLE.test(text));
    this.writeAsIs(`${breaks ? ' ' : ''}${text.replace(BREAKS, (sign) => `${sign} `)}`);
  }

  /** Adds text that was found to be safe. */
  writeAsIs(text: string): void {
    this.flushSpace();
    this.text += text;
    this.last = text.at(-1)!;
    const newline = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    const line = text.slice(newline + 1);
    if (newline >= 0) this.isLineEmpty = !(this.hasLetterInLine = false);
    this.isLineEmpty &&= line === '';
    this.hasLetterInLine ||= /\p{L}/u.test(line);
  }

  /** Adds a space, which `dropSpace` takes back as long as nothing stands behind it. */
  space(): void {
    this.flushSpace();
    this.hasSpace = true;
  }

  /** Divides what stands before from what comes next. */
  ensureSpace(): void {
    if (!/^\s?$/.test(this.last)) this.hasSpace = true;
  }

  dropSpace(): void {
    this.hasSpace = false;
  }

  flushSpace(): void {
    if (!this.hasSpace) return;
    this.hasSpace = false;
    this.writeAsIs(' ');
  }

  /** @returns what was added since the last time */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}
