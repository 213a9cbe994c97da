import type { MigrationInterface, QueryRunner } from 'typeorm';

const INDEXES = {
  document_words_beginning: '(word text_pattern_ops, term)',
  document_words_ending: '(reverse(word) text_pattern_ops)',
};

/** Longer words that begin or end with a word are found by these indexes, whatever the collation of the database is. */
export class DocumentWordParts1795003000000 implements MigrationInterface {
  readonly name = 'DocumentWordParts1795003000000';
  /** PostgreSQL cannot build an index beside writers within a transaction, so each step can be repeated. */
  readonly transaction = false;

  async up(db: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(INDEXES)) {
      // One that was interrupted is left without use.
      await db.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
      await db.query(`CREATE INDEX CONCURRENTLY ${name} ON document_words ${columns}`);
    }
  }

  async down(db: QueryRunner): Promise<void> {
    for (const name of Object.keys(INDEXES)) await db.query(`DROP INDEX ${name}`);
  }
}
