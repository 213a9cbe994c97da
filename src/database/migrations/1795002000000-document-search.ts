import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The column of before, as its own migration made it. */
const BEFORE = `setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', content), 'B')`;

/**
 * The index of documents for the search. Documents of before are indexed by the service in batches; until then they are found by
 * the column of before, which keeps its values and gets no new ones.
 */
export class DocumentSearch1795002000000 implements MigrationInterface {
  readonly name = 'DocumentSearch1795002000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE documents ALTER COLUMN search DROP EXPRESSION`);
    await db.query(`ALTER TABLE documents ALTER COLUMN search DROP NOT NULL`);
    await db.query(`DELETE FROM typeorm_metadata WHERE type = 'GENERATED_COLUMN' AND "table" = 'documents'`);
    await db.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm`);
    await db.query(`
      CREATE TABLE document_indexes (
        document_id uuid CONSTRAINT document_indexes_pkey PRIMARY KEY
          CONSTRAINT document_indexes_document_fkey REFERENCES documents (id) ON DELETE CASCADE,
        space_id uuid NOT NULL,
        language text NOT NULL,
        layout text NOT NULL
      )`);
    await db.query(`CREATE INDEX document_indexes_space ON document_indexes (space_id, language)`);
    await db.query(`
      CREATE TABLE document_terms (
        document_id uuid NOT NULL
          CONSTRAINT document_terms_document_fkey REFERENCES documents (id) ON DELETE CASCADE,
        term text NOT NULL,
        space_id uuid NOT NULL,
        impact smallint NOT NULL,
        positions bytea NOT NULL,
        CONSTRAINT document_terms_pkey PRIMARY KEY (document_id, term)
      )`);
    await db.query(
      `CREATE INDEX document_terms_ranked ON document_terms (term, space_id, impact DESC, document_id)`,
    );
    await db.query(`
      CREATE TABLE document_words (
        word text NOT NULL,
        term text NOT NULL,
        CONSTRAINT document_words_pkey PRIMARY KEY (word, term)
      )`);
    await db.query(`
      CREATE TABLE document_synonyms (
        number integer CONSTRAINT document_synonyms_pkey PRIMARY KEY,
        words text[] NOT NULL
      )`);
    await db.query(`CREATE INDEX document_words_similar ON document_words USING gin (word gin_trgm_ops)`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE documents DROP COLUMN search`);
    await db.query(
      `ALTER TABLE documents ADD COLUMN search tsvector GENERATED ALWAYS AS (${BEFORE}) STORED NOT NULL`,
    );
    await db.query(
      `INSERT INTO typeorm_metadata (type, database, schema, "table", name, value)
       VALUES ('GENERATED_COLUMN', current_database(), 'public', 'documents', 'search', $1)`,
      [BEFORE],
    );
    await db.query(`CREATE INDEX documents_search ON documents USING gin (search)`);
    await db.query(`DROP TABLE document_synonyms`);
    await db.query(`DROP TABLE document_words`);
    await db.query(`DROP TABLE document_terms`);
    await db.query(`DROP TABLE document_indexes`);
  }
}
