import { LRUCache } from 'lru-cache';
import type { Language } from './languages.js';
import type { Statements } from './statements.js';

/** What a search must know of the documents it searches. */
export interface SearchSpace {
  /** Those of more than a few documents: in a short text a language is easily mistaken. */
  languages: Language[];
  documents: number;
}

const KEPT_MS = 60_000;
/** In a smaller space it is counted each time, so that the first document of a language is found at once. */
const LEAST_KEPT = 1_000;
const LEAST_SHARE = 0.01;
const spaces = new LRUCache<string, SearchSpace>({ max: 10_000, ttl: KEPT_MS });

/** @param ids of the spaces that are searched as one */
export async function searchSpaceOf(statements: Statements, ids: readonly string[]): Promise<SearchSpace> {
  const key = ids.join(' ');
  const known = spaces.get(key);
  if (known) return known;
  const rows = await statements.query<{ language: Language; documents: number }[]>(
    'SELECT language, count(*)::int AS documents FROM document_indexes WHERE space_id = ANY ($1) GROUP BY language',
    [ids],
  );
  const all = rows.reduce((sum, { documents }) => sum + documents, 0);
  const space = {
    languages: rows.filter(({ documents }) => documents >= LEAST_SHARE * all).map(({ language }) => language),
    documents: all,
  };
  if (all >= LEAST_KEPT) spaces.set(key, space);
  return space;
}
