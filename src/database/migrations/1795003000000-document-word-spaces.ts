import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The words by which near ones are found belong to a space, as the documents do. Longer words that begin or end with a word are found
 * by an index, whatever the collation of the database is.
 */
export class DocumentWordSpaces1795003000000 implements MigrationInterface {
  readonly name = 'DocumentWordSpaces1795003000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`CREATE EXTENSION IF NOT EXISTS btree_gin`);
    await db.query(`ALTER TABLE document_words RENAME TO document_words_before`);
    await db.query(
      `ALTER TABLE document_words_before RENAME CONSTRAINT document_words_pkey TO document_words_before_pkey`,
    );
    await db.query(`DROP INDEX document_words_similar`);
    await db.query(`
      CREATE TABLE document_words (
        space_id uuid NOT NULL,
        word text NOT NULL,
        term text NOT NULL
      )`);
    await db.query(`
      INSERT INTO document_words (space_id, word, term)
      SELECT DISTINCT t.space_id, w.word, w.term
      FROM document_words_before w JOIN document_terms t ON t.term = w.term`);
    await db.query(`DROP TABLE document_words_before`);
    await db.query(
      `ALTER TABLE document_words ADD CONSTRAINT document_words_pkey PRIMARY KEY (space_id, word, term)`,
    );
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
    await db.query(`DROP INDEX document_words_ending`);
    await db.query(`DROP INDEX document_words_beginning`);
    await db.query(`DROP INDEX document_words_similar`);
    await db.query(`ALTER TABLE document_words RENAME TO document_words_behind`);
    await db.query(
      `ALTER TABLE document_words_behind RENAME CONSTRAINT document_words_pkey TO document_words_behind_pkey`,
    );
    await db.query(`
      CREATE TABLE document_words (
        word text NOT NULL,
        term text NOT NULL,
        CONSTRAINT document_words_pkey PRIMARY KEY (word, term)
      )`);
    await db.query(
      `INSERT INTO document_words (word, term) SELECT DISTINCT word, term FROM document_words_behind`,
    );
    await db.query(`DROP TABLE document_words_behind`);
    await db.query(`CREATE INDEX document_words_similar ON document_words USING gin (word gin_trgm_ops)`);
  }
}
