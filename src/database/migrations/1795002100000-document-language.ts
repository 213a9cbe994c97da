import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The language that a document's writer gave. The others have none, so no row is rewritten. */
export class DocumentLanguage1795002100000 implements MigrationInterface {
  readonly name = 'DocumentLanguage1795002100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE documents ADD COLUMN language text`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE documents DROP COLUMN language`);
  }
}
