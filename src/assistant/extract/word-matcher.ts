import { foldWord } from '../../documents/search/fold.js';
import { mistakesBetween } from '../../documents/search/mistakes.js';
import { wordsOf } from '../../documents/search/words.js';
import type { AnswerSource } from '../sources.js';
import type { Candidate } from './candidates.js';
import { likenessTo } from './word-likeness.js';

/**
 * What a word counts that the search marked in the excerpt, where nothing in the source is like a word that was asked for: it may be
 * a synonym of the organisation.
 */
const MARKED = 0.5;
const MARK = /\*\*([^*]{1,200})\*\*/g;
/** How far apart words are near to each other. */
const NEAR_WORDS = 6;
/** How many words are quoted of a long sentence, at least. */
const PART_WORDS = 30;
const MOST_MISTAKES = 2;

/** How far a sentence has each word of a question, from 0 to 1. */
export interface Matches {
  /** By itself. */
  values: readonly number[];
  /** In what tells what it is about. */
  inContext: readonly number[];
  /** Anywhere in its source. */
  inSource: readonly number[];
  /** Which share of the neighbours in the question stand near to each other in the sentence. */
  nearness: number;
  /** The number of the word with which the part begins that has the most of the question. */
  first: number;
}

/** Looks for the words of a question in sentences. Each distinct word is compared once. */
export class WordMatcher {
  private readonly likenesses: ((written: string) => number)[];
  /** By the number of a source, the words that the search marked and nothing that was asked for is like. */
  private readonly marked = new Map<number, ReadonlySet<string>>();
  /** By the number of a source, how far it has each word of the question. */
  private readonly inSource = new Map<number, number[]>();

  constructor(
    private readonly asked: readonly string[],
    candidates: readonly Candidate[],
  ) {
    this.likenesses = asked.map((word) => remembered(likenessTo(word)));
    for (const source of new Set(candidates.map((candidate) => candidate.source))) {
      this.marked.set(source.number, this.unlike(source));
      this.inSource.set(
        source.number,
        asked.map(() => 0),
      );
    }
    for (const { source, words, contextWords } of candidates) {
      const inSource = this.inSource.get(source.number)!;
      for (const [at, likeness] of this.likenesses.entries())
        inSource[at] = Math.max(inSource[at]!, best(words, likeness), best(contextWords, likeness));
    }
  }

  match({ source, words, contextWords }: Candidate): Matches {
    const values = this.likenesses.map((likeness) => best(words, likeness));
    const inSource = this.inSource.get(source.number)!;
    const inContext = this.likenesses.map((likeness) => best(contextWords, likeness));
    // A mark alone is not enough: the search also marks words that are only written alike.
    if (
      values.some((value) => value > 0) &&
      words.some((word) => this.marked.get(source.number)!.has(word))
    ) {
      const absent = inSource.indexOf(0);
      if (absent >= 0) values[absent] = MARKED;
    }
    return { values, inContext, inSource, nearness: this.nearness(words), first: this.densest(words) };
  }

  private unlike({ excerpt }: AnswerSource): ReadonlySet<string> {
    const words = [...excerpt.matchAll(MARK)].flatMap(([, text]) =>
      wordsOf(text!).words.map((one) => foldWord(one.text)),
    );
    return new Set(
      words.filter(
        (word) =>
          this.likenesses.every((likeness) => likeness(word) === 0) &&
          this.asked.every((one) => mistakesBetween(one, word) > MOST_MISTAKES),
      ),
    );
  }

  private densest(words: readonly string[]): number {
    let [best, most] = [0, 0];
    if (words.length <= PART_WORDS) return best;
    const found = words.flatMap((word, at) =>
      this.likenesses.flatMap((likeness, number) => (likeness(word) > 0 ? [{ at, number }] : [])),
    );
    for (const [first, { at }] of found.entries()) {
      const part = new Set<number>();
      for (let next = first; next < found.length && found[next]!.at < at + PART_WORDS; next++)
        part.add(found[next]!.number);
      if (part.size > most) [best, most] = [at, part.size];
    }
    return best;
  }

  private nearness(words: readonly string[]): number {
    if (this.likenesses.length < 2) return 0;
    let near = 0;
    let before: number[] = [];
    for (const [number, likeness] of this.likenesses.entries()) {
      const places = words.flatMap((word, at) => (likeness(word) > 0 ? [at] : []));
      if (number > 0 && areNear(before, places)) near++;
      before = places;
    }
    return near / (this.likenesses.length - 1);
  }
}

/** Both ascend. */
function areNear(before: readonly number[], behind: readonly number[]): boolean {
  let at = 0;
  for (const place of before) {
    while (at < behind.length && behind[at]! < place - NEAR_WORDS) at++;
    if (at < behind.length && behind[at]! <= place + NEAR_WORDS && behind[at] !== place) return true;
  }
  return false;
}

function best(words: readonly string[], likeness: (word: string) => number): number {
  let most = 0;
  for (const word of words) most = Math.max(most, likeness(word));
  return most;
}

function remembered(likeness: (word: string) => number): (word: string) => number {
  const known = new Map<string, number>();
  return (word) => {
    let value = known.get(word);
    if (value === undefined) known.set(word, (value = likeness(word)));
    return value;
  };
}
