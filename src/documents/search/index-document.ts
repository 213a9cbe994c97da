import { characterCounter } from './characters.js';
import { type DocumentLayout, FILENAME_POSITION, TEXT_POSITION, TITLE_POSITION } from './document-layout.js';
import { foldWord } from './fold.js';
import { passagesOf } from './passages.js';
import { type SecretWords, secretWordsOf } from './secret-words.js';
import type { Term } from './stems.js';
import { impactOf, passagesBelow } from './weights.js';
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
  const forms = new Map<string, Form>();
  const fields = [
    fieldOf(title, TITLE_POSITION, true, forms),
    fieldOf(filename ?? '', FILENAME_POSITION, true, forms),
    fieldOf(content, TEXT_POSITION, false, forms),
  ];
  const positions = setTerms(forms, await findTerms([...forms.keys()]));
  for (const field of fields) addField(field, positions);
  for (const [term, list] of positions)
    if (list.length === 0) positions.delete(term);
    else list.sort((a, b) => a - b);
  const layout = layoutOf(fields[2]!, content, fields[0]!.words.length);
  const below = passagesBelow(layout);
  return {
    layout,
    terms: [...positions].map(([term, list]) => ({
      term,
      positions: list,
      impact: impactOf(list, layout, below),
    })),
    words: wordsOfForms(forms.values()),
  };
}

/** One way in which a word is written, in small letters. */
interface Form {
  term: string;
  isStopWord: boolean;
  /** Those of its term, which other forms may share. */
  positions: number[];
  /** Whether it also stands outside of secrets. */
  isOpen: boolean;
  /** Folded: without accents. */
  word: string;
}

interface Field extends TextWords {
  /** The position of its first word. */
  at: number;
  keepsStopWords: boolean;
  /** The form of each word, and of each compound. */
  forms: Form[];
  compoundForms: Form[];
  secrets: SecretWords;
}

function fieldOf(text: string, at: number, keepsStopWords: boolean, forms: Map<string, Form>): Field {
  const { words, compounds } = wordsOf(text);
  const formOf = (word: { text: string }): Form => {
    const small = word.text.toLowerCase();
    let form = forms.get(small);
    if (!form) {
      form = { term: '', isStopWord: false, positions: [], isOpen: false, word: foldWord(small) };
      forms.set(small, form);
    }
    return form;
  };
  return {
    words,
    compounds,
    at,
    keepsStopWords,
    forms: words.map(formOf),
    compoundForms: compounds.map(formOf),
    secrets: secretWordsOf(text, words),
  };
}

/** @returns for each term the list of positions, still empty, that its forms share */
function setTerms(forms: ReadonlyMap<string, Form>, terms: ReadonlyMap<string, Term>): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [text, form] of forms) {
    const term = terms.get(text);
    form.isStopWord = term === null;
    form.term = term ?? form.word;
    form.positions = positions.get(form.term) ?? form.positions;
    positions.set(form.term, form.positions);
  }
  return positions;
}

function addField(
  { at, keepsStopWords, compounds, forms, compoundForms, secrets: { isSecret, isHidden, wholes } }: Field,
  positions: Map<string, number[]>,
): void {
  for (const [number, form] of forms.entries())
    if ((keepsStopWords || !form.isStopWord) && !isHidden[number])
      addPosition(form, at + number, isSecret[number] ?? false);
  for (const [number, { at: first, length }] of compounds.entries()) {
    const hasOne = (flags: readonly boolean[]) => flags.slice(first, first + length).includes(true);
    if (!hasOne(isHidden)) addPosition(compoundForms[number]!, at + first, hasOne(isSecret));
  }
  for (const { text, at: first } of wholes) {
    const term = foldWord(text);
    positions.set(term, [...(positions.get(term) ?? []), at + first]);
  }
}

function addPosition(form: Form, position: number, isSecret: boolean): void {
  if (!isSecret) form.isOpen = true;
  if (form.positions.at(-1) !== position) form.positions.push(position);
}

/** Different forms may be the same word: `Müller` and `Mueller`. */
function wordsOfForms(forms: Iterable<Form>): IndexedWord[] {
  const words = new Map<string, IndexedWord>();
  for (const { isOpen, word, term } of forms) if (isOpen) words.set(`${word} ${term}`, { word, term });
  return [...words.values()];
}

function layoutOf({ words, forms }: Field, content: string, titleLength: number): DocumentLayout {
  const { passages, headings } = passagesOf(content, words);
  const characters = characterCounter(content);
  const counted = new Uint32Array(words.length + 1);
  for (const [number, { isStopWord }] of forms.entries())
    counted[number + 1] = counted[number]! + (isStopWord ? 0 : 1);
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
