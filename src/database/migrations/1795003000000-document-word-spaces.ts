import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The words by which near ones are found belong to a space, as the documents do. Longer words that begin or end with a word are found
 * by an index, whatever the collation of the database is. Nothing tells which words were whose, and which were parts of secrets, so
 * the service indexes all documents anew.
 */
export class DocumentWordSpaces1795003000000 implements MigrationInterface {
  readonly name = 'DocumentWordSpaces1795003000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE EXTENSION IF NOT EXISTS btree_gin`);
    await deleteIndex(db);
    await db.query(`
      CREATE TABLE document_words (
        space_id uuid NOT NULL,
        word text NOT NULL,
        term text NOT NULL,
        CONSTRAINT document_words_pkey PRIMARY KEY (space_id, word, term)
      )`);
    await db.query(
      `CREATE INDEX document_words_similar ON document_words USING gin (space_id, word gin_trgm_ops)`,
    );
    await db.query(
      `CREATE INDEX document_words_beginning ON document_words (space_id, word text_pattern_ops, term)`,
    );
    await db.query(
      `CREATE INDEX document_words_ending ON document_words (space_id, reverse(word) text_pattern_ops)`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await deleteIndex(db);
    await db.query(`
      CREATE TABLE document_words (
        word text NOT NULL,
        term text NOT NULL,
        CONSTRAINT document_words_pkey PRIMARY KEY (word, term)
      )`);
    await db.query(`CREATE INDEX document_words_similar ON document_words USING gin (word gin_trgm_ops)`);
  }
}

async function deleteIndex(db: QueryRunner): Promise<void> {
  await db.query(`DROP TABLE document_words`);
  await db.query(`TRUNCATE document_terms`);
  await db.query(`DELETE FROM document_indexes`);
}
