import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Stores the origin of imported documents in a table of its own, because a new table is created at once however many
 * documents there are, and while they are written. Older rows have no source yet. The next import finds out by their
 * file names which of them an import made.
 */
export class DocumentImports1795001100000 implements MigrationInterface {
  readonly name = 'DocumentImports1795001100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE document_imports (
        document_id uuid CONSTRAINT document_imports_pkey PRIMARY KEY
          CONSTRAINT document_imports_document_fkey REFERENCES documents (id) ON DELETE CASCADE,
        owner_id uuid NOT NULL,
        source text,
        root text,
        path text NOT NULL
      )`);
    await db.query(`
      INSERT INTO document_imports (document_id, owner_id, path)
      SELECT id, owner_id, filename FROM documents WHERE filename ~* '\\.(md|markdown|mdx|txt|text)$'`);
    await db.query(`
      CREATE UNIQUE INDEX document_imports_source ON document_imports (owner_id, source, path)
      WHERE source IS NOT NULL`);
    await db.query(
      `CREATE INDEX document_imports_unclaimed ON document_imports (owner_id) WHERE source IS NULL`,
    );
    // Only imports searched for a document by its file name.
    await db.query(`DROP INDEX documents_owner_filename`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`CREATE INDEX documents_owner_filename ON documents (owner_id, filename)`);
    await db.query(`DROP TABLE document_imports`);
  }
}
