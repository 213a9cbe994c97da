import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A reference is checked for each row, which took a third of the time of indexing a long document, although a document's terms are
 * written by its own transaction only. What the reference did, a trigger does: the terms are deleted with the document.
 */
export class DocumentTermsWithoutReference1795003100000 implements MigrationInterface {
  readonly name = 'DocumentTermsWithoutReference1795003100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION documents_delete_terms() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        DELETE FROM document_terms WHERE document_id = OLD.id;
        RETURN NULL;
      END $$`);
    await db.query('REVOKE ALL ON FUNCTION documents_delete_terms() FROM PUBLIC');
    await db.query(`
      CREATE TRIGGER documents_delete_terms AFTER DELETE ON documents
      FOR EACH ROW EXECUTE FUNCTION documents_delete_terms()`);
    await db.query(`ALTER TABLE document_terms DROP CONSTRAINT document_terms_document_fkey`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE document_terms ADD CONSTRAINT document_terms_document_fkey
      FOREIGN KEY (document_id) REFERENCES documents (id) ON DELETE CASCADE`);
    await db.query(`DROP TRIGGER documents_delete_terms ON documents`);
    await db.query(`DROP FUNCTION documents_delete_terms()`);
  }
}
