const OPEN = '[[【［〔]';
const DIGITS = '[\\d０-９]{1,3}';
const GAP = '[ \\t\\u00a0,;，、&–—‐-]{1,4}';
/** `[1]`, `[1, 2]`, `[1-3]`, `【1】`, and `【1†source】` as some models write it. */
export const CITATION = new RegExp(
  `${OPEN}[ \\t^]{0,3}${DIGITS}(?:${GAP}${DIGITS}){0,20}[ \\t]{0,3}(?:†[^[\\]】］〕\\n]{0,60})?[\\]】］〕]`,
  'y',
);
/** What may become one with the next piece. */
export const CITATION_BEGINS = new RegExp(
  `${OPEN}[ \\t^]{0,3}(?:${DIGITS}(?:${GAP}${DIGITS}){0,20}(?:${GAP})?[ \\t]{0,3}(?:†[^[\\]】］〕\\n]{0,60})?)?$`,
  'y',
);

/** @returns the numbers of a citation; of a range those of its ends and between, up to `most`, and how many are above it */
export function numbersIn(citation: string, most: number): { numbers: number[]; above: number } {
  const text = citation.normalize('NFKC').replace(/†.*/s, '');
  const numbers: number[] = [];
  let above = 0;
  for (const [, first, last] of text.matchAll(/(\d+)(?:\s*[–—‐-]\s*(\d+))?/g)) {
    const [from, to] = [Number(first), Number(last ?? first)];
    // `[3-1]` is no range.
    const ends = to >= from ? [from, to] : [from, from];
    for (let number = ends[0]!; number <= Math.min(ends[1]!, most); number++) numbers.push(number);
    above += Math.max(0, ends[1]! - Math.max(most, ends[0]! - 1));
    if (to < from && last !== undefined) numbers.push(to);
  }
  return { numbers, above };
}
