/** How much of a text belongs to a block of code, and whether the block ends there. */
export interface ReadCode {
  end: number;
  ends: 'no' | 'by-fence' | 'in-doubt';
}

/**
 * A block of code that is being read. Renderers differ about which line closes one that is indented, longer than the fence that
 * opened it or followed by something. Only one that is the same closes it for all of them; another leaves in doubt what is code.
 */
export class CodeFence {
  private isLineStart = true;

  /** @param fence as it opened the block */
  constructor(private readonly fence: string) {}

  /**
   * @param isEnd whether nothing follows the text
   * @returns nothing where the next piece decides
   */
  read(text: string, at: number, isEnd: boolean): ReadCode | undefined {
    const newline = /[\r\n]|$/g;
    newline.lastIndex = at;
    const end = newline.exec(text)!.index;
    const line = text.slice(at, end);
    if (this.isLineStart && /^\s*(?:[`~]|$)/.test(line)) {
      if (end === text.length && !isEnd) return undefined;
      if (line === this.fence) return { end, ends: 'by-fence' };
      if (/^\s*[`~]{3}/.test(line)) return { end: at, ends: 'in-doubt' };
    }
    this.isLineStart = end < text.length;
    return { end: Math.min(end + 1, text.length), ends: 'no' };
  }
}
