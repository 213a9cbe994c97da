import { LRUCache } from 'lru-cache';
import { foldWord } from './fold.js';
import { DICTIONARIES, type Language } from './languages.js';
import type { Statements } from './statements.js';

/** The form of a word by which the index knows it; `null` for a stop word. */
export type Term = string | null;

const KEPT = 20_000;
const known = new LRUCache<string, { term: Term }>({ max: KEPT });

/** The terms of words in a language, by PostgreSQL's dictionary, which also knows the language's stop words. */
export async function termsOf(
  statements: Statements,
  language: Language,
  words: readonly string[],
): Promise<Map<string, Term>> {
  const terms = new Map<string, Term>();
  const asked: string[] = [];
  for (const word of words) {
    const kept = known.get(`${language} ${word}`);
    if (kept) terms.set(word, kept.term);
    else asked.push(word);
  }
  if (asked.length === 0) return terms;
  const [row] = await statements.query<{ stems: Term[] }[]>(
    `SELECT array_agg((ts_lexize($1::regdictionary, word))[1] ORDER BY number) AS stems
     FROM unnest($2::text[]) WITH ORDINALITY AS asked (word, number)`,
    [DICTIONARIES[language], asked],
  );
  for (const [number, word] of asked.entries()) {
    const stem = row!.stems[number]!;
    const term = stem === null ? null : foldWord(stem);
    terms.set(word, term);
    known.set(`${language} ${word}`, { term });
  }
  return terms;
}
