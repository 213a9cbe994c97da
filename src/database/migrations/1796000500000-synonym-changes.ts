import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every replica forgets the synonyms of the search before a change of them is answered. */
export class SynonymChanges1796000500000 implements MigrationInterface {
  readonly name = 'SynonymChanges1796000500000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE CONSTRAINT TRIGGER document_synonyms_changed AFTER INSERT OR UPDATE OR DELETE ON document_synonyms
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION coherence_record_change('synonym', 'number')`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TRIGGER document_synonyms_changed ON document_synonyms');
  }
}
