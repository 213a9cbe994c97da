import type { EntityManager } from 'typeorm';
import type { DocumentLayout } from './document-layout.js';
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
  /** In which it is found: that of its owner first, where it is indexed for the first time. */
  spaces: readonly string[];
  /** As it was given; otherwise it is detected. */
  language: Language | null;
}

/** New words are written in one order, so that two writers wait for each other's and never in a circle. */
const write = (layout: string) => `
  WITH ${layout} terms AS (
    INSERT INTO document_terms (document_id, space_id, term, impact, positions)
    SELECT $1, space_id, term, impact, positions
    FROM unnest($2::uuid[]) AS spaces (space_id),
         unnest($3::text[], $4::smallint[], $5::bytea[]) AS found (term, impact, positions)
  )
  INSERT INTO document_words (space_id, word, term)
  SELECT space_id, word, term
  FROM unnest($2::uuid[]) AS spaces (space_id), unnest($6::text[], $7::text[]) AS found (word, term)
  WHERE NOT EXISTS (
    SELECT FROM document_words known
    WHERE known.space_id = spaces.space_id AND known.word = found.word AND known.term = found.term
  )
  ORDER BY space_id, word, term
  ON CONFLICT DO NOTHING`;
const WRITE_INDEX = write(`layout AS (
    INSERT INTO document_indexes (document_id, space_id, language, layout) VALUES ($1, ($2::uuid[])[1], $8, $9)
  ),`);
const WRITE_WORDS = write('');

/**
 * Indexes a document that has no index, in the transaction that writes it. A change of a document has deleted the index that it had:
 * a trigger does so.
 */
export async function writeIndex(manager: EntityManager, document: DocumentToIndex): Promise<void> {
  const language = document.language ?? (await languageOf(document.title, document.content));
  const { layout, values } = await indexed(manager, document, language);
  await manager.query(WRITE_INDEX, [...values, language, JSON.stringify(layout)]);
}

/** Has a document that is indexed found in further spaces, in a transaction that has locked its row. */
export async function addToSpaces(
  manager: EntityManager,
  document: Omit<DocumentToIndex, 'language'>,
): Promise<void> {
  const [{ language }] = await manager.query<[{ language: Language }]>(
    'SELECT language FROM document_indexes WHERE document_id = $1',
    [document.id],
  );
  const { values } = await indexed(manager, document, language);
  await manager.query(WRITE_WORDS, values);
}

async function indexed(
  manager: EntityManager,
  document: Omit<DocumentToIndex, 'language'>,
  language: Language,
): Promise<{ layout: DocumentLayout; values: unknown[] }> {
  const { layout, terms, words } = await indexDocument(document, (found) =>
    termsOf(manager, language, found),
  );
  await manager.query('SELECT pg_advisory_xact_lock_shared($1)', [WORDS_LOCK]);
  const values = [
    document.id,
    document.spaces,
    terms.map(({ term }) => term),
    terms.map(({ impact }) => Math.round(impact * IMPACT_SCALE)),
    terms.map(({ positions }) => packPositions(positions)),
    words.map(({ word }) => word),
    words.map(({ term }) => term),
  ];
  return { layout, values };
}
