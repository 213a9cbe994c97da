import { Column, Entity, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

/** Words that mean the same, as an administrator says. */
@Entity('document_synonyms')
@OutOfReach()
export class DocumentSynonyms {
  /** The place in the list. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'document_synonyms_pkey' })
  number!: number;

  @Column('text', { array: true })
  words!: string[];
}
