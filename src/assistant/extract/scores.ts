import { type AskedWord, askedWords } from './asked-words.js';
import type { Candidate } from './candidates.js';
import { type Expectation, expectationOf } from './question-kinds.js';
import { type Matches, WordMatcher } from './word-matcher.js';

/** What a word counts that stands in a heading or title, in the sentence before, or anywhere in the source. */
const IN_CONTEXT = 0.7;
const BESIDE = 0.35;
const ELSEWHERE = 0.25;
/** What each of these adds to the share of the question that a sentence covers. */
const DIRECTLY = 0.25;
const EXPECTED = 0.3;
const NEAR = 0.1;
const FOUND = 0.06;
const FIRST = 0.06;
/** How much less a source counts than the one before. */
const BY_RANK = 0.94;
const BY_KIND = { prose: 1, item: 1, row: 1, code: 0.7, heading: 0.55 };
const LONG = 300;
/** How well a sentence has a word that counts for its rarity. */
const MATCHED = 0.5;
/** How well a sentence has a word that only tells what is asked for, if it is just that. */
const TOLD = 0.7;
const TOLD_ELSEWHERE = 0.3;

/** A sentence with how well it answers. */
export interface Scored extends Candidate {
  score: number;
  /** How much of the question it covers with what it stands under, from 0 to 1, and how much by itself. */
  covered: number;
  direct: number;
  /** How well it is what the question asks for. */
  expected: number;
  /** How much it covers of each word of the question. */
  covers: readonly number[];
  /** Where the first word stands that was asked for, in UTF-16 code units. */
  at: number;
}

/** Scores each sentence; the best comes first. */
export function scoresOf(question: string, candidates: readonly Candidate[]): Scored[] {
  const asked = askedWords(question);
  if (asked.length === 0) return [];
  const scorer = new Scorer(asked, expectationOf(question), candidates);
  return candidates.map((_, at) => scorer.score(at)).sort((a, b) => b.score - a.score);
}

class Scorer {
  private readonly matches: Matches[];
  /** How much each word of the question says, as a share of all of it. */
  private readonly shares: number[];
  /** How well a sentence that is what is asked for has each word which only tells that. */
  private readonly told: number[];

  constructor(
    asked: readonly AskedWord[],
    private readonly expectation: Expectation,
    private readonly candidates: readonly Candidate[],
  ) {
    const matcher = new WordMatcher(
      asked.map(({ folded }) => folded),
      candidates,
    );
    this.matches = candidates.map((candidate) => matcher.match(candidate));
    const rarities = asked.map((_, word) => {
      const count = this.countOf(word);
      return count > 0 ? rarity(count, candidates.length) : undefined;
    });
    // How rare a word is that none of them has, nobody knows.
    const most = Math.max(...rarities.map((one) => one ?? 0)) || 1;
    const all = sum(rarities.map((one) => one ?? most));
    this.shares = rarities.map((one) => (one ?? most) / all);
    this.told = asked.map(({ text }, word) => {
      if (!expectation.isToldBy(text)) return 0;
      return this.countOf(word) > 0 ? TOLD_ELSEWHERE : TOLD;
    });
  }

  score(at: number): Scored {
    const candidate = this.candidates[at]!;
    const { values, inContext, inSource, nearness, first } = this.matches[at]!;
    const expected = this.expectation.of(candidate.text, candidate.context);
    const beside = this.beside(at);
    const byItself = values.map((value, word) => Math.max(value, this.told[word]! * expected));
    const direct = this.share(byItself);
    const covers = byItself.map((value, word) =>
      Math.max(
        value,
        IN_CONTEXT * inContext[word]!,
        BESIDE * (beside?.[word] ?? 0),
        ELSEWHERE * inSource[word]!,
      ),
    );
    const covered = this.share(covers);
    const { unexpected } = this.expectation;
    const value =
      covered +
      DIRECTLY * direct +
      EXPECTED * expected +
      NEAR * nearness +
      (candidate.isFound ? FOUND : 0) +
      FIRST / (1 + candidate.place);
    const score =
      value *
      BY_KIND[candidate.kind] *
      BY_RANK ** candidate.rank *
      (unexpected + (1 - unexpected) * expected) *
      Math.min(1, Math.sqrt(LONG / candidate.text.length));
    return { ...candidate, score, covered, covers, direct, expected, at: candidate.places[first] ?? 0 };
  }

  private countOf(word: number): number {
    return this.matches.filter(({ values }) => values[word]! >= MATCHED).length;
  }

  /** What the sentence before in the same paragraph has. */
  private beside(at: number): readonly number[] | undefined {
    const [before, one] = [this.candidates[at - 1], this.candidates[at]!];
    return before?.source === one.source && before.start === one.start
      ? this.matches[at - 1]!.values
      : undefined;
  }

  private share(values: readonly number[]): number {
    return sum(values.map((value, word) => value * this.shares[word]!));
  }
}

/** As BM25 has it: a word says the more the fewer sentences have it. */
const rarity = (having: number, all: number): number => Math.log(1 + (all - having + 0.5) / (having + 0.5));

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
