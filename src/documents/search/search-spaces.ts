import { LRUCache } from 'lru-cache';
import type { Language } from './languages.js';
import { type Reader, spaceOf, teamsOf } from '../sharing/reader.js';
import type { Statements } from './statements.js';

/** Whose documents are searched: those in the space of the reader, and those in the spaces of the reader's teams. */
export interface Searched extends Reader {
  teams: readonly string[];
  spaces: readonly string[];
}

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

/** What the reader searches now. */
export async function searchedBy(
  statements: Statements,
  { userId, organizationId }: Reader,
): Promise<Searched> {
  const teams = await teamsOf(statements, { userId, organizationId });
  const spaces = [...new Set([userId, ...teams])].map((owner) => spaceOf(organizationId, owner));
  return { userId, organizationId, teams, spaces };
}

/** A document that is in several of the spaces counts once. */
const COUNT = `
  SELECT language, count(*)::int AS documents FROM document_indexes WHERE space_id = ANY ($1) GROUP BY language`;
const COUNT_WITH_SHARED = `
  SELECT language, count(*)::int AS documents FROM (
    SELECT document_id, language FROM document_indexes WHERE space_id = ANY ($1)
    UNION
    SELECT i.document_id, i.language FROM document_shares s
    JOIN document_indexes i ON i.document_id = s.document_id
    WHERE s.team_id = ANY ($2)
  ) AS found GROUP BY language`;

export async function searchSpaceOf(
  statements: Statements,
  { spaces: ids, teams }: Searched,
): Promise<SearchSpace> {
  const key = ids.join(' ');
  const known = spaces.get(key);
  if (known) return known;
  const rows = await statements.query<{ language: Language; documents: number }[]>(
    teams.length > 0 ? COUNT_WITH_SHARED : COUNT,
    teams.length > 0 ? [ids, teams] : [ids],
  );
  const all = rows.reduce((sum, { documents }) => sum + documents, 0);
  const space = {
    languages: rows.filter(({ documents }) => documents >= LEAST_SHARE * all).map(({ language }) => language),
    documents: all,
  };
  if (all >= LEAST_KEPT) spaces.set(key, space);
  return space;
}
