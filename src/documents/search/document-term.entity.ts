import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

/**
 * That a word is in a document, by the form in which the search knows it, once for each space in which the document is found. A trigger
 * deletes it with the document.
 */
@Entity('document_terms')
@OutOfReach()
@Index('document_terms_ranked', { synchronize: false })
export class DocumentTerm {
  @PrimaryColumn('uuid', { name: 'document_id', primaryKeyConstraintName: 'document_terms_pkey' })
  documentId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_terms_pkey' })
  term!: string;

  @PrimaryColumn('uuid', { name: 'space_id', primaryKeyConstraintName: 'document_terms_pkey' })
  spaceId!: string;

  /** What the word adds to the document's score before it is weighted by its rarity, in ten-thousandths. */
  @Column('smallint')
  impact!: number;

  /** The places of the word in title, file name and text, packed. */
  @Column('bytea')
  positions!: Buffer;
}
