import { FILENAME_WEIGHT, HEADING_WEIGHT, mixScores, saturation, TITLE_WEIGHT } from './bm25.js';
import {
  type DocumentLayout,
  FILENAME_POSITION,
  type IndexedPassage,
  TEXT_POSITION,
} from './document-layout.js';

/** How much the title and the file name say of a word. */
export function fieldWeight(positions: readonly number[]): number {
  let weight = 0;
  for (const position of positions) {
    if (position >= TEXT_POSITION) break;
    weight += position < FILENAME_POSITION ? TITLE_WEIGHT : FILENAME_WEIGHT;
  }
  return weight;
}

/** How often a word occurs in a passage and in the headings above it. */
export function passageWeight(
  positions: readonly number[],
  { from, to, headings }: IndexedPassage,
  layout: DocumentLayout,
): number {
  let weight = countBetween(positions, from, to);
  for (const number of headings) {
    const heading = layout.headings[number]!;
    weight += HEADING_WEIGHT * countBetween(positions, heading.from, heading.to);
  }
  return weight;
}

function countBetween(positions: readonly number[], from: number, to: number): number {
  return firstFrom(positions, to) - firstFrom(positions, from);
}

/** The place of the first position that is not below `from`. */
export function firstFrom(positions: readonly number[], from: number): number {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What one occurrence of a word in a question adds at most to the document's score, before it is weighted by its rarity. */
export function impactOf(
  positions: readonly number[],
  layout: DocumentLayout,
  below: readonly IndexedPassage[][],
): number {
  const inFields = fieldWeight(positions);
  const inText = positions.length - firstFrom(positions, TEXT_POSITION);
  const ofDocument = saturation(inFields + inText, layout.length);
  let best = saturation(inFields, layout.passages[0]?.length ?? layout.length);
  for (const passage of passagesWith(positions, layout, below))
    best = Math.max(best, saturation(inFields + passageWeight(positions, passage, layout), passage.length));
  return mixScores(ofDocument, best);
}

/** For each heading the passages below it. */
export function passagesBelow({ passages, headings }: DocumentLayout): IndexedPassage[][] {
  const below: IndexedPassage[][] = headings.map(() => []);
  for (const passage of passages) for (const heading of passage.headings) below[heading]!.push(passage);
  return below;
}

/** The passages that a word occurs in, or in a heading above them. */
function passagesWith(
  positions: readonly number[],
  { passages, headings }: DocumentLayout,
  below: readonly IndexedPassage[][],
): Set<IndexedPassage> {
  const found = new Set<IndexedPassage>();
  let [passage, heading] = [0, 0];
  for (let at = firstFrom(positions, TEXT_POSITION); at < positions.length; at++) {
    const position = positions[at]!;
    while (heading < headings.length && headings[heading]!.to <= position) heading++;
    if (heading < headings.length && headings[heading]!.from <= position)
      for (const each of below[heading]!) found.add(each);
    while (passage < passages.length && passages[passage]!.to <= position) passage++;
    if (passage < passages.length) found.add(passages[passage]!);
  }
  return found;
}
