import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A process of the version before writes documents without their index, and a person may do so with `psql`. A change deletes the index
 * of a document, which its transaction may write anew. A document that has none when the transaction ends is queued to be indexed.
 *
 * The functions have the rights of their owner: the role of the service is granted its own only after the last migration, and the
 * processes of the version before write meanwhile.
 */
export class DocumentsWrittenElsewhere1795002200000 implements MigrationInterface {
  readonly name = 'DocumentsWrittenElsewhere1795002200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE unindexed_documents (
        document_id uuid CONSTRAINT unindexed_documents_pkey PRIMARY KEY
          CONSTRAINT unindexed_documents_document_fkey REFERENCES documents (id) ON DELETE CASCADE,
        space_id uuid NOT NULL
      )`);
    await db.query(`
      CREATE FUNCTION documents_delete_index() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        DELETE FROM document_indexes WHERE document_id = NEW.id;
        DELETE FROM document_terms WHERE document_id = NEW.id;
        RETURN NULL;
      END $$`);
    await db.query(`
      CREATE FUNCTION documents_queue_unindexed() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
      BEGIN
        INSERT INTO unindexed_documents (document_id, space_id)
        SELECT id, owner_id FROM documents d
        WHERE id = NEW.id AND NOT EXISTS (SELECT FROM document_indexes i WHERE i.document_id = d.id)
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
    await db.query(
      'REVOKE ALL ON FUNCTION documents_delete_index(), documents_queue_unindexed() FROM PUBLIC',
    );
    await db.query(`
      CREATE TRIGGER documents_delete_index AFTER UPDATE OF title, content, filename, language ON documents
      FOR EACH ROW EXECUTE FUNCTION documents_delete_index()`);
    await db.query(`
      CREATE CONSTRAINT TRIGGER documents_queue_unindexed
      AFTER INSERT OR UPDATE OF title, content, filename, language ON documents
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION documents_queue_unindexed()`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`DROP TRIGGER documents_queue_unindexed ON documents`);
    await db.query(`DROP TRIGGER documents_delete_index ON documents`);
    await db.query(`DROP FUNCTION documents_queue_unindexed()`);
    await db.query(`DROP FUNCTION documents_delete_index()`);
    await db.query(`DROP TABLE unindexed_documents`);
  }
}
