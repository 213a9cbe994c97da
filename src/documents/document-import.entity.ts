import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Document } from './document.entity.js';

/** The file that a document was imported from, by which the next import finds the document. */
@Entity('document_imports')
@Index('document_imports_source', ['ownerId', 'source', 'path'], {
  unique: true,
  where: 'source IS NOT NULL',
})
@Index('document_imports_unclaimed', ['ownerId'], { where: 'source IS NULL' })
export class DocumentImport {
  @PrimaryColumn('uuid', { name: 'document_id', primaryKeyConstraintName: 'document_imports_pkey' })
  documentId!: string;

  @OneToOne(() => Document, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'document_id', foreignKeyConstraintName: 'document_imports_document_fkey' })
  document?: Document;

  /** The owner of the document. */
  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  /** The name of the imported root. `null` may mean an import by a version that did not record it. */
  @Column('text', { nullable: true })
  source!: string | null;

  /** The folder of the root at the last import. */
  @Column('text', { nullable: true })
  root!: string | null;

  /** The path relative to the root, with `/`. It is the initial file name of the document, which may change. */
  @Column('text')
  path!: string;

  /** Of the bytes of the file and of the document that was made of them. `null`: an import before recorded none. */
  @Column('text', { nullable: true })
  digest!: string | null;
}
