import { dayOf } from '../day.js';
import type { AnswerSource } from '../sources.js';
import { type Candidate, candidatesOf } from './candidates.js';
import { inQuotes, quoteOf, shownTitle } from './quote.js';
import { type Scored, scoresOf } from './scores.js';

const MOST_SENTENCES = 3;
/** How much of the question the best sentence covers at least, with what it stands under. */
const LEAST_COVERED = 0.34;
/** How much it covers by itself, unless it is what the question asks for. */
const LEAST_DIRECT = 0.12;
const EXPECTED = 0.9;
/** A further sentence is as good as this in comparison with the best one. */
const LEAST_OF_BEST = 0.75;
/** How much of what the best one covers, which keeps out what only looks like an answer. */
const LEAST_OF_COVERED = 0.7;
/** From here on it is as good as the best one; otherwise it covers so much more of a word. */
const AS_GOOD = 0.93;
const LEAST_ADDED = 0.45;
/** How many sources are named where none of them answers. */
const MOST_NAMED = 2;

/** An answer that consists of sentences of the documents. */
export interface ExtractedAnswer {
  text: string;
  /** What it cites, with numbers in the order in which it does. */
  sources: AnswerSource[];
  /** Its sentences, each with the number of its source. */
  quotes: { text: string; number: number }[];
  /** Whether the documents say something about the question. */
  isFound: boolean;
}

export interface ExtractOptions {
  /** Whether the search ran out of time, so that there may be better sources. */
  partial?: boolean;
}

/**
 * Answers a question with the sentences of the sources that say the most about it, word for word. It needs no model and invents
 * nothing.
 * @param sources the best come first
 */
export function extractAnswer(
  question: string,
  sources: readonly AnswerSource[],
  { partial = false }: ExtractOptions = {},
): ExtractedAnswer {
  const chosen = chooseFrom(scoresOf(question, candidatesOf(sources)));
  const isFound = chosen.length > 0;
  const cited = numbered(isFound ? chosen.map(({ source }) => source) : sources.slice(0, MOST_NAMED));
  const numberOf = ({ source }: Candidate) => cited.find(({ id }) => id === source.id)!.number;
  const quotes = chosen.map((one) => ({ text: quoteOf(one.text, one.at), number: numberOf(one) }));
  const said = isFound ? [...quotesText(quotes, cited), WORD_FOR_WORD] : [notFound(cited)];
  return { text: [...said, ...(partial ? [OUT_OF_TIME] : [])].join('\n\n'), sources: cited, quotes, isFound };
}

const WORD_FOR_WORD = 'This is an extract: its sentences are taken from your documents word for word.';
const OUT_OF_TIME = 'The search ran out of time, so your documents may say more.';

/** The best sentence, and others that are about as good or say something of what it leaves open. */
function chooseFrom(scored: readonly Scored[]): Scored[] {
  const [best] = scored;
  if (!best || best.covered < LEAST_COVERED) return [];
  if (best.direct < LEAST_DIRECT && best.expected < EXPECTED) return [];
  const chosen: Scored[] = [best];
  for (const one of scored) {
    if (chosen.length === MOST_SENTENCES || one.score < LEAST_OF_BEST * best.score) break;
    if (one.kind === 'heading' || one.covered < LEAST_OF_COVERED * best.covered) continue;
    if (chosen.some(({ text }) => text.toLowerCase() === one.text.toLowerCase())) continue;
    if (one.score >= AS_GOOD * best.score || addsTo(chosen, one)) chosen.push(one);
  }
  return chosen;
}

const addsTo = (chosen: readonly Scored[], { covers }: Scored): boolean =>
  covers.some((value, word) => chosen.every((one) => value >= one.covers[word]! + LEAST_ADDED));

/** Each document once. */
function numbered(sources: readonly AnswerSource[]): AnswerSource[] {
  const cited = new Map(sources.map((source) => [source.id, source]));
  return [...cited.values()].map((source, at) => ({ ...source, number: at + 1 }));
}

function quotesText(quotes: ExtractedAnswer['quotes'], sources: readonly AnswerSource[]): string[] {
  return quotes.map(({ text, number }, at) => {
    const source = sources[number - 1]!;
    const isNamed = quotes.slice(0, at).some((quote) => quote.number === number);
    if (at === 0) return said(`According to ${nameOf(source)}`, text, number);
    if (quotes[at - 1]!.number === number) return said('It also says', text, number);
    return said(isNamed ? `${shownTitle(source.title)} also says` : `${nameOf(source)} says`, text, number);
  });
}

const said = (lead: string, text: string, number: number): string => `${lead}: ${inQuotes(text)} [${number}]`;

function notFound(sources: readonly AnswerSource[]): string {
  const nothing = 'Your documents do not say.';
  if (sources.length === 0) return nothing;
  const named = sources.map((source) => `${nameOf(source)} [${source.number}]`).join(' and ');
  return `${nothing} Nearest to the question ${sources.length > 1 ? 'are' : 'is'} ${named}.`;
}

const nameOf = ({ title, createdAt }: AnswerSource): string =>
  `${shownTitle(title)} (uploaded ${dayOf(createdAt)})`;
