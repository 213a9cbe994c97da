import { withoutSecrets } from './secret-words.js';
import { type TextWords, wordsOf } from './words.js';

/** A word of a query, or words that are written as one. */
export interface AskedWord {
  text: string;
  /** `+word`: without it, nothing is found. */
  isRequired: boolean;
  /** `inv*`: stands for all words that begin so. */
  isPrefix: boolean;
  /** Of several words that are joined by `or`, the number of the first one: any of them is as good. */
  group: number;
  /** The share that it has in the query: the parts of what is written as one word are less than the whole. */
  weight: number;
}

export interface ParsedQuery {
  words: AskedWord[];
  /** `"a phrase"`: its words, which stand beside each other in what is found. */
  phrases: string[][];
  /** `-word`: what is found has none of them. */
  excluded: string[];
  /** `-"a phrase"`. */
  excludedPhrases: string[][];
  /** How secrets are shown, by the words that stand for them. */
  masks: ReadonlyMap<string, string>;
}

const TOKEN = /([-+]?)(?:"([^"]*)("?)|(\S+))/g;
const PART_WEIGHT = 0.5;
/** In a longer text, quotes and signs are punctuation: somebody asks with a paragraph. */
const MOST_WORDS_WITH_OPERATORS = 32;
const OPERATORS = /["+*|-]/g;

/**
 * Reads what somebody searches for. Any word may match; `"a phrase"` and `+word` must, `-word` must not, `or` joins alternatives and
 * `inv*` stands for all words that begin so.
 */
export function parseQuery(query: string): ParsedQuery {
  const { query: text, masks } = withoutSecrets(query);
  const parsed: ParsedQuery = { words: [], phrases: [], excluded: [], excludedPhrases: [], masks };
  const isText = text.trim().split(/\s+/).length > MOST_WORDS_WITH_OPERATORS;
  let group = 0;
  let joins = false;
  for (const [, sign, quoted, closed, bare] of (isText ? text.replace(OPERATORS, ' ') : text).matchAll(
    TOKEN,
  )) {
    if (quoted === undefined && !sign && /^(?:or|OR|\|)$/.test(bare!) && parsed.words.length > 0) {
      joins = true;
      continue;
    }
    const { words, compounds } = wordsOf(quoted ?? bare!);
    if (words.length === 0) continue;
    const texts = words.map(({ text }) => text.toLowerCase());
    if (quoted !== undefined && closed && texts.length > 1) {
      (sign === '-' ? parsed.excludedPhrases : parsed.phrases).push(texts);
      if (sign === '-') continue;
    } else if (sign === '-') {
      parsed.excluded.push(compounds[0]?.text.toLowerCase() ?? texts[0]!);
      continue;
    }
    if (!joins) group++;
    joins = false;
    const isRequired = sign === '+' || (quoted !== undefined && closed !== '');
    const isPrefix = quoted === undefined && bare!.endsWith('*');
    group = addWords(parsed.words, { words, compounds }, { isRequired, isPrefix, group });
  }
  return parsed;
}

/** @returns the number of the last group */
function addWords(
  asked: AskedWord[],
  { words, compounds }: TextWords,
  { isRequired, isPrefix, group }: Pick<AskedWord, 'isRequired' | 'isPrefix' | 'group'>,
): number {
  const within = new Set(
    compounds.flatMap(({ at, length }) => Array.from({ length }, (_, part) => at + part)),
  );
  let number = group - 1;
  for (const { text } of compounds)
    asked.push({ text: text.toLowerCase(), isRequired: false, isPrefix: false, group: ++number, weight: 1 });
  for (const [at, { text }] of words.entries())
    asked.push({
      text: text.toLowerCase(),
      isRequired,
      isPrefix: isPrefix && at === words.length - 1,
      group: ++number,
      weight: within.has(at) ? PART_WEIGHT : 1,
    });
  return number;
}
