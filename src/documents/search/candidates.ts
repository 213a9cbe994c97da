import type { DocumentLayout } from './document-layout.js';
import type { FrequentTerms } from './frequent-terms.js';
import { type KeptReached, readable, type Reached, reachedColumns, reachedOf } from '../sharing/reader.js';
import { unpackPositions } from './positions.js';
import type { QueryPlan } from './query-plan.js';
import type { Searched } from './search-spaces.js';
import type { Statements } from './statements.js';

/** A document that may be found, with what the ranking needs. */
export interface Candidate {
  id: string;
  title: string;
  filename: string | null;
  createdAt: Date;
  /** How it reaches the reader; empty where it belongs to the reader. */
  reached: Reached;
  layout: DocumentLayout;
  /** The positions of each term that it has. */
  positions: Map<string, number[]>;
}

export interface Candidates {
  found: Candidate[];
  /** In how many documents each term is. */
  frequencies: Map<string, number>;
}

/**
 * How many rows of the index one search reads: those of its rarest terms, as far as they go, and few of each other one, where it
 * weighs most. Where words must match, the documents that have them all are looked for among more.
 */
const MOST_ROWS = 2_000;
const MOST_ROWS_REQUIRED = 30_000;
const LEAST_ROWS = 100;
/** How many documents are ranked by all of their terms: the best by those that were read. */
const LEAST_COMPLETED = 60;
/** Above this, a frequency is no longer counted. */
const MOST_COUNTED = 100_000;

/** Each is a subquery of one value, so that it is asked of the best documents until there are enough. */
const CONDITIONS = `WHERE (
      SELECT count(DISTINCT asked.word) FROM asked
      JOIN document_terms t ON t.document_id = scored.document_id AND t.term = asked.term
      WHERE asked.required
    ) = (SELECT count(DISTINCT word) FROM asked WHERE required)
    AND (SELECT count(*) FROM document_terms t WHERE t.document_id = scored.document_id AND t.term = ANY ($13)) = 0`;

/** How the index is read in what is searched. */
interface Reading {
  /** In which documents the term `a` is. */
  having: string;
  /** The documents in which the term of `terms` weighs most, with what it weighs. */
  heaviest: string;
}

/** What one statement reads of one space, it reads in the order of the index. */
const ONE_SPACE: Reading = {
  having: `SELECT FROM document_terms t WHERE t.term = a.term AND t.space_id = $1 LIMIT ${MOST_COUNTED}`,
  heaviest: `
      SELECT document_id, impact FROM document_terms t
      WHERE t.term = terms.term AND t.space_id = $1
      ORDER BY impact DESC LIMIT terms.rows`,
};
/** A document that is in several spaces counts once. */
const SPACES: Reading = {
  having: `
      SELECT DISTINCT document_id FROM (
        SELECT document_id FROM document_terms t WHERE t.term = a.term AND t.space_id = ANY ($1) LIMIT ${MOST_COUNTED}
      ) AS found`,
  heaviest: `
      SELECT document_id, max(impact) AS impact
      FROM unnest($1::uuid[]) AS spaces (space_id)
      CROSS JOIN LATERAL (
        SELECT document_id, impact FROM document_terms t
        WHERE t.term = terms.term AND t.space_id = spaces.space_id
        ORDER BY impact DESC LIMIT terms.rows
      ) AS of_space
      GROUP BY document_id ORDER BY max(impact) DESC LIMIT terms.rows`,
};

const candidates = ({ having, heaviest }: Reading, conditions: string) => `
  WITH asked AS MATERIALIZED (
    SELECT term, word, weight, required, coalesce(known, (
      SELECT count(*) FROM (${having}) AS counted
    ))::int AS documents
    FROM unnest($2::text[], $3::int[], $4::real[], $5::boolean[], $6::int[]) AS a (term, word, weight, required, known)
  ), terms AS MATERIALIZED (
    SELECT term, word, required, documents,
           weight * ln(1 + (greatest($7::int, most) - most + 0.5) / (most + 0.5)) AS weight,
           greatest(${LEAST_ROWS}, $8 - before)::int AS rows
    FROM (
      SELECT *, max(documents) OVER (PARTITION BY word) AS most,
             sum(documents) OVER (ORDER BY required DESC, documents, term, word) - documents AS before
      FROM asked
    ) AS shared
    WHERE documents > 0
  ), hits AS MATERIALIZED (
    SELECT hit.document_id, word, weight * impact AS score
    FROM terms
    CROSS JOIN LATERAL (${heaviest}
    ) AS hit
  ), chosen AS MATERIALIZED (
    SELECT document_id FROM (
      SELECT document_id FROM hits GROUP BY document_id ORDER BY sum(score) DESC, document_id DESC OFFSET 0
    ) AS scored
    ${conditions}
    LIMIT greatest($9::int, ${LEAST_COMPLETED})
  ), completed AS (
    SELECT document_id, word, score FROM hits JOIN chosen USING (document_id)
    UNION ALL
    SELECT chosen.document_id, word, weight * impact
    FROM terms
    CROSS JOIN chosen
    CROSS JOIN LATERAL (
      SELECT impact FROM document_terms t
      WHERE t.document_id = chosen.document_id AND t.term = terms.term LIMIT 1
    ) AS hit
    WHERE terms.documents > terms.rows
  ), best AS (
    SELECT document_id, sum(score) AS score
    FROM (SELECT document_id, max(score) AS score FROM completed GROUP BY document_id, word) AS words
    GROUP BY document_id ORDER BY sum(score) DESC, document_id DESC LIMIT $9
  )
  SELECT (SELECT json_agg(json_build_array(term, documents)) FROM asked) AS frequencies,
         (SELECT json_agg(found) FROM (
            SELECT d.id, d.title, d.filename, d.created_at AS "createdAt", i.layout::json AS layout, (
              SELECT json_agg(json_build_array(t.term, encode(t.positions, 'hex')))
              FROM document_terms t WHERE t.document_id = d.id AND t.space_id = i.space_id AND t.term = ANY ($10)
            ) AS positions, ${reachedColumns('$11')}
            FROM best JOIN documents d ON d.id = best.document_id
            JOIN document_indexes i ON i.document_id = d.id
            ${readable('$11', '$12')}
         ) AS found) AS found`;

const statementsOf = (reading: Reading) => ({
  plain: candidates(reading, ''),
  withConditions: candidates(reading, CONDITIONS),
});
const IN_ONE_SPACE = statementsOf(ONE_SPACE);
const IN_SPACES = statementsOf(SPACES);

interface CandidateRow extends Omit<Candidate, 'createdAt' | 'positions' | 'reached'>, KeptReached {
  createdAt: string;
  positions: [term: string, hex: string][];
}

/** The documents of the spaces that are worth to be ranked, by what the index knows of each word alone. */
export async function findCandidates(
  statements: Statements,
  { userId, organizationId, spaces }: Searched,
  { groups, phrases, excluded, excludedPhrases }: QueryPlan,
  { documents, most, known }: { documents: number; most: number; known: FrequentTerms },
): Promise<Candidates> {
  const asked = groups.flatMap(({ alternatives, weight: share, isRequired }, word) =>
    alternatives.map(({ term, weight }) => ({ term, word, weight: weight * share, isRequired })),
  );
  const terms = asked.map(({ term }) => term);
  const isRequired = asked.map((each) => each.isRequired);
  const isAnyRequired = isRequired.includes(true);
  const hasConditions = isAnyRequired || excluded.length > 0;
  const isOne = spaces.length === 1;
  const texts = isOne ? IN_ONE_SPACE : IN_SPACES;
  const key = spaces.join(' ');
  const [row] = await statements.query<{ frequencies: [string, number][]; found: CandidateRow[] | null }[]>(
    hasConditions ? texts.withConditions : texts.plain,
    [
      isOne ? spaces[0] : spaces,
      terms,
      asked.map(({ word }) => word),
      asked.map(({ weight }) => weight),
      isRequired,
      terms.map((term) => known.countOf(key, term)),
      documents,
      isAnyRequired ? MOST_ROWS_REQUIRED : MOST_ROWS,
      most,
      [...new Set([...asked, ...phrases.flat(2), ...excludedPhrases.flat(2)].map(({ term }) => term))],
      userId,
      organizationId,
      ...(hasConditions ? [excluded] : []),
    ],
  );
  const frequencies = new Map(row!.frequencies);
  known.keep(key, frequencies);
  return {
    frequencies,
    found: (row!.found ?? []).map(({ createdAt, positions, ownerId, access, ...rest }) => ({
      ...rest,
      reached: reachedOf({ ownerId, access }),
      createdAt: new Date(createdAt),
      positions: new Map(positions.map(([term, hex]) => [term, unpackPositions(Buffer.from(hex, 'hex'))])),
    })),
  };
}
