import { FILENAME_WEIGHT, HEADING_WEIGHT, mixScores, saturation, TITLE_WEIGHT } from './bm25.js';
import { secretSpans } from '../../secrets/whole-secrets.js';
import { characterCounter } from './characters.js';
import {
  type DocumentLayout,
  FILENAME_POSITION,
  type IndexedPassage,
  TEXT_POSITION,
  TITLE_POSITION,
} from './document-layout.js';
import { foldWord } from './fold.js';
import { passagesOf } from './passages.js';
import type { Term } from './stems.js';
import { type TextWords, wordsOf } from './words.js';

/** The texts of a document by which it is found. */
export interface IndexedText {
  title: string;
  filename: string | null;
  content: string;
}

/** One word of a document, as the index keeps it. */
export interface IndexedTerm {
  term: string;
  positions: number[];
  /** What one occurrence of the word in a question adds at most to the document's score, before it is weighted by its rarity. */
  impact: number;
}

export interface IndexedWord {
  /** Folded: without accents, in small letters. */
  word: string;
  term: string;
}

export interface IndexedDocument {
  layout: DocumentLayout;
  terms: IndexedTerm[];
  /**
   * The words by which near ones are found. Those of secrets are not among them: nobody must find out a secret letter by letter
   * who does not know it already.
   */
  words: IndexedWord[];
}

/** How a document's words are turned into terms; a stop word has none. */
export type FindTerms = (words: string[]) => Promise<ReadonlyMap<string, Term>>;

/** What the index keeps of a document. */
export async function indexDocument(
  { title, filename, content }: IndexedText,
  findTerms: FindTerms,
): Promise<IndexedDocument> {
  const fields = [
    fieldOf(title, TITLE_POSITION, true),
    fieldOf(filename ?? '', FILENAME_POSITION, true),
    fieldOf(content, TEXT_POSITION, false),
  ];
  const found = new Set(fields.flatMap(({ words, compounds }) => [...words, ...compounds].map(smallText)));
  const terms = await findTerms([...found]);
  const positions = new Map<string, number[]>();
  const known = new Map<string, IndexedWord>();
  const add = (text: string, term: string, position: number, isSecret: boolean) => {
    const word = foldWord(text);
    if (!isSecret && !known.has(`${word} ${term}`)) known.set(`${word} ${term}`, { word, term });
    const list = positions.get(term);
    if (!list) positions.set(term, [position]);
    else if (list.at(-1) !== position) list.push(position);
  };
  for (const field of fields) addField(field, terms, add);
  for (const list of positions.values()) list.sort((a, b) => a - b);
  const layout = layoutOf(fields[2]!, content, terms, fields[0]!.words.length);
  return {
    layout,
    terms: [...positions].map(([term, list]) => ({ term, positions: list, impact: impactOf(list, layout) })),
    words: [...known.values()],
  };
}

const smallText = ({ text }: { text: string }): string => text.toLowerCase();

interface Field extends TextWords {
  /** The position of its first word. */
  at: number;
  keepsStopWords: boolean;
  /** For each word whether it is a part of a secret. */
  secret: boolean[];
}

function fieldOf(text: string, at: number, keepsStopWords: boolean): Field {
  const { words, compounds } = wordsOf(text);
  const secret = words.map(() => false);
  let number = 0;
  for (const { start, end } of secretSpans(text)) {
    while (number < words.length && words[number]!.end <= start) number++;
    for (let inside = number; inside < words.length && words[inside]!.start < end; inside++)
      secret[inside] = true;
  }
  return { words, compounds, at, keepsStopWords, secret };
}

function addField(
  { at, keepsStopWords, words, compounds, secret }: Field,
  terms: ReadonlyMap<string, Term>,
  add: (text: string, term: string, position: number, isSecret: boolean) => void,
): void {
  for (const [number, word] of words.entries()) {
    const small = smallText(word);
    const term = terms.get(small) ?? (keepsStopWords ? foldWord(small) : null);
    if (term !== null) add(small, term, at + number, secret[number]!);
  }
  for (const compound of compounds) {
    const small = smallText(compound);
    const isSecret = secret.slice(compound.at, compound.at + compound.length).includes(true);
    add(small, terms.get(small) ?? foldWord(small), at + compound.at, isSecret);
  }
}

function layoutOf(
  { words }: TextWords,
  content: string,
  terms: ReadonlyMap<string, Term>,
  titleLength: number,
): DocumentLayout {
  const { passages, headings } = passagesOf(content, words);
  const characters = characterCounter(content);
  const counted = new Uint32Array(words.length + 1);
  for (const [number, word] of words.entries())
    counted[number + 1] = counted[number]! + (terms.get(smallText(word)) === null ? 0 : 1);
  return {
    passages: passages.map(({ start, end, from, to, headings: above }) => ({
      start: characters(start),
      end: characters(end),
      headings: above,
      from: TEXT_POSITION + from,
      to: TEXT_POSITION + to,
      length: counted[to]! - counted[from]!,
    })),
    headings: headings.map(({ text, from, to }) => ({
      text,
      from: TEXT_POSITION + from,
      to: TEXT_POSITION + to,
    })),
    length: titleLength + counted[words.length]!,
  };
}

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
function firstFrom(positions: readonly number[], from: number): number {
  let [low, high] = [0, positions.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function impactOf(positions: readonly number[], layout: DocumentLayout): number {
  const inFields = fieldWeight(positions);
  const inText = positions.length - firstFrom(positions, TEXT_POSITION);
  const ofDocument = saturation(inFields + inText, layout.length);
  let best = saturation(inFields, layout.passages[0]?.length ?? layout.length);
  for (const passage of passagesWith(positions, layout))
    best = Math.max(best, saturation(inFields + passageWeight(positions, passage, layout), passage.length));
  return mixScores(ofDocument, best);
}

/** The passages that a word occurs in, or all where it is in a heading: those below it count that as well. */
function passagesWith(
  positions: readonly number[],
  { passages, headings }: DocumentLayout,
): IndexedPassage[] {
  const first = firstFrom(positions, TEXT_POSITION);
  if (first === positions.length) return [];
  if (headings.some(({ from, to }) => countBetween(positions, from, to) > 0)) return passages;
  const found: IndexedPassage[] = [];
  let number = 0;
  for (let at = first; at < positions.length; at++) {
    if (found.length > 0 && positions[at]! < found.at(-1)!.to) continue;
    while (number < passages.length && passages[number]!.to <= positions[at]!) number++;
    if (number < passages.length) found.push(passages[number]!);
  }
  return found;
}
