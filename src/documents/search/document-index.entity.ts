import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Document } from '../document.entity.js';
import { OutOfReach } from '../../access/out-of-reach.js';

/** What the search knows of a document's form. A document without one is still to be indexed. */
@Entity('document_indexes')
@OutOfReach()
@Index('document_indexes_space', ['spaceId', 'language'])
export class DocumentIndex {
  @PrimaryColumn('uuid', { name: 'document_id', primaryKeyConstraintName: 'document_indexes_pkey' })
  documentId!: string;

  @OneToOne(() => Document, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'document_id', foreignKeyConstraintName: 'document_indexes_document_fkey' })
  document?: Document;

  /** The space of the document's owner. The document may be found in others, too. */
  @Column('uuid', { name: 'space_id' })
  spaceId!: string;

  /** Of the text, as a code of ISO 639-1. */
  @Column('text')
  language!: string;

  /** JSON: the passages and headings. */
  @Column('text')
  layout!: string;
}
