import { foldWord } from './fold.js';
import { type Language } from './languages.js';
import type { AskedWord, ParsedQuery } from './query-parser.js';
import { type TermsByLanguage, termsInAll } from './stems.js';
import type { Statements } from './statements.js';

/** A term that stands for a word of the query. */
export interface Alternative {
  term: string;
  /** 1 for the word itself, less for what only comes near. */
  weight: number;
}

/** A word of the query, or several of which any is as good. */
export interface WordGroup {
  /** As they are asked for. */
  texts: string[];
  /** The terms of each of them. */
  terms: string[][];
  alternatives: Alternative[];
  isRequired: boolean;
  isPrefix: boolean;
  /** How much it counts: twice for what is asked twice. */
  weight: number;
}

export interface QueryPlan {
  groups: WordGroup[];
  /** The terms of the words of each phrase, at their places; stop words have none. */
  phrases: Alternative[][][];
  excludedPhrases: Alternative[][][];
  excluded: string[];
  /** They are looked for in titles and file names: the index of a text has none. */
  hasOnlyStopWords: boolean;
}

/** Turns the words of a query into terms of the index, in the languages of the documents that are searched. */
export async function planQuery(
  statements: Statements,
  query: ParsedQuery,
  languages: readonly Language[],
): Promise<QueryPlan> {
  const texts = new Set([
    ...query.words.map(({ text }) => text),
    ...query.excluded,
    ...query.phrases.flat(),
    ...query.excludedPhrases.flat(),
  ]);
  const terms = await termsInAll(statements, languages, [...texts]);
  const stopWords = stopWordsOf(query, terms);
  const asked = query.words.filter(({ text }) => !stopWords.has(text));
  const alternatives = (text: string): Alternative[] => alternativesOf(text, terms);
  const phrase = (words: string[]) => words.map((text) => (stopWords.has(text) ? [] : alternatives(text)));
  return {
    groups: groupsOf(asked.length > 0 ? asked : query.words, alternatives, query.masks),
    phrases: query.phrases.map(phrase),
    excludedPhrases: query.excludedPhrases.map(phrase),
    excluded: query.excluded.flatMap((text) => alternatives(text).map(({ term }) => term)),
    hasOnlyStopWords: asked.length === 0,
  };
}

/** The stop words of the language in which most of the words are ones. */
function stopWordsOf({ words }: ParsedQuery, terms: TermsByLanguage): Set<string> {
  let best = new Set<string>();
  for (const known of terms.values()) {
    const found = new Set(words.map(({ text }) => text).filter((text) => known.get(text) === null));
    if (found.size > best.size) best = found;
  }
  return best;
}

function alternativesOf(text: string, terms: TermsByLanguage): Alternative[] {
  const found = new Set([foldWord(text)]);
  for (const known of terms.values()) {
    const term = known.get(text);
    if (term) found.add(term);
  }
  return [...found].map((term) => ({ term, weight: 1 }));
}

/** Adds a term that stands for a word, unless it does already. */
export function addAlternative({ alternatives }: WordGroup, term: string, weight: number): void {
  if (!alternatives.some((known) => known.term === term)) alternatives.push({ term, weight });
}

function groupsOf(
  asked: readonly AskedWord[],
  alternatives: (text: string) => Alternative[],
  masks: ReadonlyMap<string, string>,
): WordGroup[] {
  const byNumber = new Map<number, WordGroup>();
  for (const { text, group: number, isRequired, isPrefix, weight } of asked) {
    const group = byNumber.get(number);
    const shown = masks.get(text) ?? text;
    const found = alternatives(text);
    const terms = found.map(({ term }) => term);
    if (!group) {
      byNumber.set(number, {
        texts: [shown],
        terms: [terms],
        alternatives: found,
        isRequired,
        isPrefix,
        weight,
      });
      continue;
    }
    group.texts.push(shown);
    group.terms.push(terms);
    group.alternatives.push(...found);
    group.isRequired ||= isRequired;
    group.isPrefix ||= isPrefix;
  }
  const byTerms = new Map<string, WordGroup>();
  for (const group of byNumber.values()) {
    const key = group.alternatives.map(({ term }) => term).join(' ');
    const same = byTerms.get(key);
    if (same) same.weight += group.weight;
    else byTerms.set(key, group);
  }
  return [...byTerms.values()];
}
