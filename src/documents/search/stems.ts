import { LRUCache } from 'lru-cache';
import { foldWord } from './fold.js';
import { DICTIONARIES, type Language } from './languages.js';
import type { Statements } from './statements.js';

/** The form of a word by which the index knows it; `null` for a stop word. */
export type Term = string | null;

const KEPT = 20_000;
const known = new LRUCache<string, { term: Term }>({ max: KEPT });

/** The terms of words in each of several languages. */
export type TermsByLanguage = ReadonlyMap<Language, ReadonlyMap<string, Term>>;

const STEMS = `
  SELECT array_agg((ts_lexize(dictionary, word))[1] ORDER BY number) AS stems
  FROM unnest($1::regdictionary[]) WITH ORDINALITY AS dictionaries (dictionary, place),
       unnest($2::text[]) WITH ORDINALITY AS asked (word, number)
  GROUP BY place ORDER BY place`;

/** The terms of words in a language, by PostgreSQL's dictionary, which also knows the language's stop words. */
export async function termsOf(
  statements: Statements,
  language: Language,
  words: readonly string[],
): Promise<ReadonlyMap<string, Term>> {
  return (await termsInAll(statements, [language], words)).get(language)!;
}

/** The same for several languages, in one statement. */
export async function termsInAll(
  statements: Statements,
  languages: readonly Language[],
  words: readonly string[],
): Promise<TermsByLanguage> {
  const terms = new Map(languages.map((language) => [language, new Map<string, Term>()]));
  // A word that is not kept in one language is mostly not kept in any.
  const unknown = new Set<string>();
  const unknownIn = new Set<Language>();
  for (const language of languages) {
    for (const word of words) {
      const kept = known.get(`${language} ${word}`);
      if (kept) terms.get(language)!.set(word, kept.term);
      else {
        unknown.add(word);
        unknownIn.add(language);
      }
    }
  }
  if (unknown.size === 0) return terms;
  const [asked, askedIn] = [[...unknown], [...unknownIn]];
  const rows = await statements.query<{ stems: Term[] }[]>(STEMS, [
    askedIn.map((language) => DICTIONARIES[language]),
    asked,
  ]);
  for (const [place, language] of askedIn.entries()) {
    for (const [number, word] of asked.entries()) {
      const stem = rows[place]!.stems[number]!;
      const term = stem === null ? null : foldWord(stem);
      terms.get(language)!.set(word, term);
      known.set(`${language} ${word}`, { term });
    }
  }
  return terms;
}
