import type { DocumentLayout } from './document-layout.js';
import { unpackPositions } from './positions.js';
import type { QueryPlan } from './query-plan.js';
import type { Statements } from './statements.js';

/** A document that may be found, with what the ranking needs. */
export interface Candidate {
  id: string;
  title: string;
  filename: string | null;
  createdAt: Date;
  layout: DocumentLayout;
  /** The positions of each term that it has. */
  positions: Map<string, number[]>;
}

export interface Candidates {
  found: Candidate[];
  /** In how many documents each term is. */
  frequencies: Map<string, number>;
}

/** How many rows of the index one search reads, shared among its terms. */
const MOST_ROWS = 60_000;
const LEAST_ROWS = 2_000;
/** Above this, a frequency is no longer counted. */
const MOST_COUNTED = 100_000;

const CANDIDATES = `
  WITH asked AS MATERIALIZED (
    SELECT term, word, weight, required, (
      SELECT count(*) FROM (
        SELECT FROM document_terms t WHERE t.term = a.term AND t.space_id = $1 LIMIT ${MOST_COUNTED}
      ) AS counted
    )::int AS documents
    FROM unnest($2::text[], $3::int[], $4::real[], $5::boolean[]) AS a (term, word, weight, required)
  ), words AS (
    SELECT word, bool_or(required) AS required,
           ln(1 + (greatest($6, max(documents)) - max(documents) + 0.5) / (max(documents) + 0.5)) AS rarity
    FROM asked GROUP BY word
  ), hits AS (
    SELECT hit.document_id, word, max(weight * impact) AS impact
    FROM asked
    CROSS JOIN LATERAL (
      SELECT document_id, impact FROM document_terms t
      WHERE t.term = asked.term AND t.space_id = $1
      ORDER BY impact DESC LIMIT $7
    ) AS hit
    GROUP BY hit.document_id, word
  ), best AS (
    SELECT document_id, score
    FROM (
      SELECT document_id, sum(impact * rarity) AS score
      FROM hits JOIN words USING (word)
      GROUP BY document_id
      HAVING count(*) FILTER (WHERE required) = (SELECT count(*) FROM words WHERE required)
    ) AS scored
    WHERE cardinality($9::text[]) = 0 OR NOT EXISTS (
      SELECT FROM document_terms t WHERE t.document_id = scored.document_id AND t.term = ANY ($9)
    )
    ORDER BY score DESC, document_id DESC LIMIT $8
  )
  SELECT (SELECT json_agg(json_build_array(term, documents)) FROM asked) AS frequencies,
         (SELECT json_agg(found) FROM (
            SELECT d.id, d.title, d.filename, d.created_at AS "createdAt", i.layout::json AS layout, (
              SELECT json_agg(json_build_array(t.term, encode(t.positions, 'hex')))
              FROM document_terms t WHERE t.document_id = d.id AND t.term = ANY ($10)
            ) AS positions
            FROM best JOIN documents d ON d.id = best.document_id AND d.owner_id = $1
            JOIN document_indexes i ON i.document_id = d.id
         ) AS found) AS found`;

interface CandidateRow extends Omit<Candidate, 'createdAt' | 'positions'> {
  createdAt: string;
  positions: [term: string, hex: string][];
}

/** The documents of a space that are worth to be ranked, by what the index knows of each word alone. */
export async function findCandidates(
  statements: Statements,
  spaceId: string,
  { groups, phrases, excluded, excludedPhrases }: QueryPlan,
  { documents, most }: { documents: number; most: number },
): Promise<Candidates> {
  const asked = groups.flatMap(({ alternatives, weight: share, isRequired }, word) =>
    alternatives.map(({ term, weight }) => ({ term, word, weight: weight * share, isRequired })),
  );
  const [row] = await statements.query<{ frequencies: [string, number][]; found: CandidateRow[] | null }[]>(
    CANDIDATES,
    [
      spaceId,
      asked.map(({ term }) => term),
      asked.map(({ word }) => word),
      asked.map(({ weight }) => weight),
      asked.map(({ isRequired }) => isRequired),
      documents,
      Math.max(LEAST_ROWS, Math.floor(MOST_ROWS / asked.length)),
      most,
      excluded,
      [...new Set([...asked, ...phrases.flat(2), ...excludedPhrases.flat(2)].map(({ term }) => term))],
    ],
  );
  return {
    frequencies: new Map(row!.frequencies),
    found: (row!.found ?? []).map(({ createdAt, positions, ...rest }) => ({
      ...rest,
      createdAt: new Date(createdAt),
      positions: new Map(positions.map(([term, hex]) => [term, unpackPositions(Buffer.from(hex, 'hex'))])),
    })),
  };
}
