import { Entity, Index, PrimaryColumn } from 'typeorm';
import { OutOfReach } from '../../access/out-of-reach.js';

/** A word that is in documents of a space, by which one that is not written quite like it is found. */
@Entity('document_words')
@OutOfReach()
@Index('document_words_similar', { synchronize: false })
@Index('document_words_beginning', { synchronize: false })
@Index('document_words_ending', { synchronize: false })
export class DocumentWord {
  @PrimaryColumn('uuid', { name: 'space_id', primaryKeyConstraintName: 'document_words_pkey' })
  spaceId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_words_pkey' })
  word!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'document_words_pkey' })
  term!: string;
}
