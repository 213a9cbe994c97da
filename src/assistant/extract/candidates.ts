import { foldWord } from '../../documents/search/fold.js';
import { wordsOf } from '../../documents/search/words.js';
import { secretSpans, spanOfWholeSecrets } from '../../secrets/whole-secrets.js';
import type { AnswerSource } from '../sources.js';
import { endOfCutCode } from './cut-code.js';
import { type Sentence, TextBlocks } from './text-blocks.js';

/** How much of a source is read. */
const MOST_OF_SOURCE = 20_000;
/** How many sentences are considered, of each source and of all. */
const MOST_SENTENCES = 500;
const MOST_IN_ALL = 2_000;

/** A sentence that may be quoted. */
export interface Candidate extends Sentence {
  source: AnswerSource;
  /** The place of the source, and of the sentence within it. */
  rank: number;
  place: number;
  /** Whether it stands in the passage that was found, and not around it. */
  isFound: boolean;
  /** Folded, in their order; of what is written as one word also the whole. */
  words: readonly string[];
  /** Where each of them begins, in UTF-16 code units. */
  places: readonly number[];
  /** The folded words of what tells what it is about: headings, title and file name. */
  contextWords: readonly string[];
}

/** The sentences of the sources. Neither their number nor what is read of them grows with the texts. */
export function candidatesOf(sources: readonly AnswerSource[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [rank, source] of sources.entries()) {
    const most = Math.min(MOST_SENTENCES, MOST_IN_ALL - candidates.length);
    if (most <= 0) break;
    const read = readPart(source);
    const found = foundPart(source, read.start);
    const about = [source.title, source.filename ?? '', ...source.passage.headings].flatMap(
      (text) => foldedWords(text).words,
    );
    const secrets = secretSpans(read.text).filter(({ start, end }) =>
      read.text.slice(start, end).includes('\n'),
    );
    for (const [place, sentence] of new TextBlocks(read.text, most).read().entries()) {
      // A sentence has the lines of its block put together, and a secret of several lines would be no whole one any more.
      if (secrets.some(({ start, end }) => start < sentence.end && end > sentence.start)) continue;
      const isFound = sentence.start < found.end && sentence.end > found.start;
      candidates.push({
        ...sentence,
        source,
        rank,
        place,
        isFound,
        ...foldedWords(sentence.text),
        contextWords: [...about, ...sentence.context.flatMap((text) => foldedWords(text).words)],
      });
    }
  }
  return candidates;
}

/** Of a long text the part in the middle, where the passage is, without the rest of a block of code that was cut. */
function readPart({ text, textStart }: AnswerSource): { text: string; start: number } {
  const from = Math.max(0, Math.floor((text.length - MOST_OF_SOURCE) / 2));
  const { start, end } = spanOfWholeSecrets(text, from, from + MOST_OF_SOURCE);
  const part = text.slice(start, end);
  const cut = textStart + start > 0 ? endOfCutCode(part) : 0;
  return { text: part.slice(cut), start: start + cut };
}

/** Characters are taken for code units here: it is only a preference. */
const foundPart = ({ passage, textStart }: AnswerSource, start: number): { start: number; end: number } => ({
  start: passage.start - textStart - start,
  end: passage.end - textStart - start,
});

function foldedWords(text: string): Pick<Candidate, 'words' | 'places'> {
  const { words, compounds } = wordsOf(text);
  const all = [...words, ...compounds.map((whole) => ({ text: whole.text, start: words[whole.at]!.start }))];
  return { words: all.map((one) => foldWord(one.text)), places: all.map(({ start }) => start) };
}
