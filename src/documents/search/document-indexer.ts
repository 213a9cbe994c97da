import type { EntityManager } from 'typeorm';
import { indexDocument, type IndexedText } from './index-document.js';
import { type Language, languageOf } from './languages.js';
import { packPositions } from './positions.js';
import { termsOf } from './stems.js';

/** The number of the advisory lock that keeps new words from being deleted as unused. Any number serves that all replicas share. */
export const WORDS_LOCK = 7_266_340;

/** An impact as the index keeps it. */
export const IMPACT_SCALE = 10_000;

export interface DocumentToIndex extends IndexedText {
  id: string;
  spaceId: string;
  /** As it was given; otherwise it is detected. */
  language: Language | null;
}

/** New words are written in one order, so that two writers wait for each other's and never in a circle. */
const WRITE = `
  WITH layout AS (
    INSERT INTO document_indexes (document_id, space_id, language, layout) VALUES ($1, $2, $3, $4)
  ), terms AS (
    INSERT INTO document_terms (document_id, space_id, term, impact, positions)
    SELECT $1, $2, term, impact, positions
    FROM unnest($5::text[], $6::smallint[], $7::bytea[]) AS found (term, impact, positions)
  )
  INSERT INTO document_words (space_id, word, term)
  SELECT $2, word, term FROM unnest($8::text[], $9::text[]) AS found (word, term)
  WHERE NOT EXISTS (
    SELECT FROM document_words known
    WHERE known.space_id = $2 AND known.word = found.word AND known.term = found.term
  )
  ORDER BY word, term
  ON CONFLICT DO NOTHING`;

/**
 * Indexes a document that has no index, in the transaction that writes it. A change of a document has deleted the index that it had:
 * a trigger does so.
 */
export async function writeIndex(manager: EntityManager, document: DocumentToIndex): Promise<void> {
  const language = document.language ?? (await languageOf(document.title, document.content));
  const { layout, terms, words } = await indexDocument(document, (found) =>
    termsOf(manager, language, found),
  );
  await manager.query('SELECT pg_advisory_xact_lock_shared($1)', [WORDS_LOCK]);
  await manager.query(WRITE, [
    document.id,
    document.spaceId,
    language,
    JSON.stringify(layout),
    terms.map(({ term }) => term),
    terms.map(({ impact }) => Math.round(impact * IMPACT_SCALE)),
    terms.map(({ positions }) => packPositions(positions)),
    words.map(({ word }) => word),
    words.map(({ term }) => term),
  ]);
}
