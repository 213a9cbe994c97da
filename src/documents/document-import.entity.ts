import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Document } from './document.entity.js';

/** Which file an imported document is: the identity by which the next import finds it again. */
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

  /** The document's. */
  @Column('uuid', { name: 'owner_id' })
  ownerId!: string;

  /** The name of the imported root; `null`: may be of an import from before sources were kept. */
  @Column('text', { nullable: true })
  source!: string | null;

  /** Where that root was when it was last imported. */
  @Column('text', { nullable: true })
  root!: string | null;

  /** Relative to the root, with `/`. The document's file name begins as this and may be changed. */
  @Column('text')
  path!: string;
}
