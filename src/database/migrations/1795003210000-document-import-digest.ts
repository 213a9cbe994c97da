import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By the digest, an import tells a file that has not changed without reading what it says, which takes long for a PDF. */
export class DocumentImportDigest1795003210000 implements MigrationInterface {
  readonly name = 'DocumentImportDigest1795003210000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE document_imports ADD COLUMN digest text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE document_imports DROP COLUMN digest');
  }
}
