const FENCE = /^ {0,3}(?:```|~~~)[^\S\n]*(\S*)/gm;

/**
 * Where the text goes on behind a block of code that it begins within, because it was cut from a longer one; 0 if it does not.
 * Only a fence that opens a block names a language, so that one which would close a block tells that they are counted wrongly.
 */
export function endOfCutCode(text: string): number {
  let isWithin = false;
  let first: number | undefined;
  for (const { 0: fence, 1: language, index } of text.matchAll(FENCE)) {
    first ??= index + fence.length;
    if (isWithin && language !== '') return first;
    isWithin = !isWithin;
  }
  return 0;
}
