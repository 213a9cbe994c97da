import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { Document } from '../document.entity.js';
import { OutOfReach } from '../../access/out-of-reach.js';

/** A document that was written without its index, as a process of the version before does. Triggers make these rows. */
@Entity('unindexed_documents')
@OutOfReach()
export class UnindexedDocument {
  @PrimaryColumn('uuid', { name: 'document_id', primaryKeyConstraintName: 'unindexed_documents_pkey' })
  documentId!: string;

  @OneToOne(() => Document, { onDelete: 'CASCADE', nullable: false })
  @JoinColumn({ name: 'document_id', foreignKeyConstraintName: 'unindexed_documents_document_fkey' })
  document?: Document;

  @Column('uuid', { name: 'space_id' })
  spaceId!: string;
}
