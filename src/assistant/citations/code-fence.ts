/** A block of code that is being read, from its fence to the one that closes it. */
export class CodeFence {
  private isLineStart = true;

  /** @param fence as it opened the block */
  constructor(private readonly fence: string) {}

  /**
   * @param isEnd whether nothing follows the text
   * @returns how much of the text is read, and whether that closes the block; nothing where the next piece decides
   */
  read(text: string, at: number, isEnd: boolean): { end: number; closes: boolean } | undefined {
    if (this.isLineStart) {
      const close = new RegExp(` {0,3}(${this.fence[0]!}*)[ \\t]*`, 'y');
      close.lastIndex = at;
      const [line, run] = close.exec(text)! as unknown as [string, string];
      const end = at + line.length;
      if (end === text.length && !isEnd) return undefined;
      if (run.length >= this.fence.length && (end === text.length || /[\r\n]/.test(text[end]!)))
        return { end, closes: true };
    }
    const newline = text.slice(at).search(/[\r\n]/);
    this.isLineStart = newline >= 0;
    return { end: newline < 0 ? text.length : at + newline + 1, closes: false };
  }
}
